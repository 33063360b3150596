import { GoError } from "../goFunction.ts";
import { quoteTime } from "./quoteTime.ts";

const LARGEST = 2n ** 63n;

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["\xc2\xb5s", 1_000n], // the micro sign
  ["\xce\xbcs", 1_000n], // the Greek letter
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);

/**
 * Nanoseconds of a duration such as `1h15m30.5s` (byte string).
 *
 * @throws GoError with the message of Go's time.ParseDuration
 */
export function parseDuration(text: string): bigint {
  const unsigned = text.replace(/^[-+]/, "");
  if (unsigned === "0") return 0n;
  if (unsigned === "") throw invalid(text);
  let total = 0n;
  for (let left = unsigned; left !== ""; ) {
    const [whole = "", digits = "", point = "", fraction = "", unit = ""] =
      /^([0-9]*)(\.?)([0-9]*)([^.0-9]*)/.exec(left) ?? [];
    if (!/^[.0-9]/.test(left) || (digits === "" && fraction === "")) throw invalid(text);
    if (tooLarge(digits)) throw invalid(text);
    if (unit === "") throw new GoError(`time: missing unit in duration ${quoteTime(text)}`);
    const size = UNITS.get(unit);
    if (size === undefined) {
      throw new GoError(`time: unknown unit ${quoteTime(unit)} in duration ${quoteTime(text)}`);
    }
    total += nanosecondsOf(digits, point === "" ? "" : fraction, size, text);
    if (total > LARGEST) throw invalid(text);
    left = left.slice(whole.length);
  }
  if (text.startsWith("-")) return -total;
  if (total > LARGEST - 1n) throw invalid(text);
  return total;
}

function invalid(text: string): GoError {
  return new GoError(`time: invalid duration ${quoteTime(text)}`);
}

function tooLarge(digits: string): boolean {
  return digits.replace(/^0+/, "").length > 19 || BigInt(digits || "0") > LARGEST;
}

function nanosecondsOf(digits: string, fraction: string, size: bigint, text: string): bigint {
  const whole = BigInt(digits || "0");
  if (whole > LARGEST / size) throw invalid(text);
  const { value, scale } = fractionOf(fraction);
  if (value === 0n) return whole * size;
  const sum = whole * size + BigInt(Math.trunc(Number(value) * (Number(size) / scale)));
  if (sum > LARGEST) throw invalid(text);
  return sum;
}

/** The digits that fit an int64; those after are dropped. @see Go 1.26 time/format.go, leadingFraction */
function fractionOf(digits: string): { readonly value: bigint; readonly scale: number } {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    if (value > (LARGEST - 1n) / 10n) break;
    const next = value * 10n + BigInt(digit);
    if (next > LARGEST) break;
    value = next;
    scale *= 10;
  }
  return { value, scale };
}

/** Nanoseconds as Go's Duration.String writes them: `1h15m30.5s`, a byte string. */
export function durationText(nanoseconds: bigint): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const sign = nanoseconds < 0n ? "-" : "";
  if (size === 0n) return "0s";
  if (size < 1_000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${withFraction(size, 3)}\xc2\xb5s`;
  if (size < 1_000_000_000n) return `${sign}${withFraction(size, 6)}ms`;
  const minutes = size / 60_000_000_000n;
  const seconds = `${withFraction(size % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return sign + seconds;
  const hours = minutes / 60n;
  return `${sign}${hours === 0n ? "" : `${hours}h`}${minutes % 60n}m${seconds}`;
}

function withFraction(value: bigint, digits: number): string {
  const power = 10n ** BigInt(digits);
  const fraction = String(value % power)
    .padStart(digits, "0")
    .replace(/0+$/, "");
  return `${value / power}${fraction === "" ? "" : `.${fraction}`}`;
}

/** To the nearest multiple, halves away from zero. @see Go 1.26 time/time.go, Duration.Round */
export function roundDuration(duration: bigint, multiple: bigint): bigint {
  if (multiple <= 0n) return duration;
  const size = duration < 0n ? -duration : duration;
  const rest = size % multiple;
  const rounded = rest + rest < multiple ? size - rest : size + multiple - rest;
  const signed = duration < 0n ? -rounded : rounded;
  if (signed > LARGEST - 1n) return LARGEST - 1n;
  return signed < -LARGEST ? -LARGEST : signed;
}
