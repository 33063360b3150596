/**
 * A float as text, as Go's strconv.FormatFloat writes it with 64 bits.
 *
 * @param precision  -1 for the fewest digits that read back as the same number
 * @see Go 1.26 strconv/ftoa.go
 */
export function formatFloat(value: number, verb: "e" | "f" | "g", precision: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const magnitude = Math.abs(value);
  return sign + (precision < 0 ? shortest(magnitude, verb) : rounded(magnitude, verb, precision));
}

/** 0.DIGITS · 10^point; no digits for zero. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

function shortest(value: number, verb: "e" | "f" | "g"): string {
  const decimal = shortestDecimal(value);
  const { digits, point } = decimal;
  if (verb === "e") return exponential(decimal, Math.max(digits.length - 1, 0));
  if (verb === "f") return fixed(decimal, Math.max(digits.length - point, 0));
  const exponent = point - 1;
  return exponent < -4 || exponent >= 6
    ? exponential(decimal, Math.max(digits.length - 1, 0))
    : fixed(decimal, Math.max(digits.length - point, 0));
}

function rounded(value: number, verb: "e" | "f" | "g", precision: number): string {
  if (verb === "f")
    return fixed(
      round(value, (exact) => exact.point + precision),
      precision,
    );
  if (verb === "e")
    return exponential(
      round(value, () => precision + 1),
      precision,
    );
  const wanted = precision === 0 ? 1 : precision;
  const decimal = round(value, () => wanted);
  const { digits, point } = decimal;
  const limit = wanted > digits.length && digits.length >= point ? digits.length : wanted;
  const exponent = point - 1;
  if (exponent < -4 || exponent >= limit) return exponential(decimal, Math.min(wanted, digits.length) - 1);
  return fixed(decimal, Math.max(digits.length - point, 0));
}

function shortestDecimal(value: number): Decimal {
  if (value === 0) return { digits: "", point: 0 };
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  return { digits: mantissa.replace(".", ""), point: Number(exponent) + 1 };
}

/** All digits of a float, which has finitely many. */
function exactDecimal(value: number): Decimal {
  if (value === 0) return { digits: "", point: 0 };
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const mantissa = (bits & 0xfffffffffffffn) | (biased === 0 ? 0n : 1n << 52n);
  const exponent = Math.max(biased, 1) - 1075;
  // m · 2^-k is m · 5^k with k more decimals
  const scaled = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent);
  const text = scaled.toString();
  return { digits: text.replace(/0+$/, ""), point: text.length + Math.min(exponent, 0) };
}

/** Cuts to so many digits, half to even. */
function round(value: number, digitsOf: (exact: Decimal) => number): Decimal {
  const exact = exactDecimal(value);
  const count = digitsOf(exact);
  if (count < 0) return { digits: "", point: 0 };
  if (count >= exact.digits.length) return exact;
  const kept = exact.digits.slice(0, count);
  const rest = exact.digits.slice(count);
  const isOdd = count > 0 && Number(kept[count - 1]) % 2 === 1;
  const up = rest[0] !== undefined && (rest[0] > "5" || (rest[0] === "5" && (rest.length > 1 || isOdd)));
  if (!up) return { digits: kept.replace(/0+$/, ""), point: exact.point };
  const raised = (BigInt(kept || "0") + 1n).toString().padStart(count, "0");
  const carry = raised.length > count ? 1 : 0;
  return { digits: raised.replace(/0+$/, ""), point: exact.point + carry };
}

function exponential({ digits, point }: Decimal, precision: number): string {
  const padded = digits.padEnd(precision + 1, "0");
  const exponent = digits === "" ? 0 : point - 1;
  const mantissa = precision > 0 ? `${padded[0]}.${padded.slice(1, precision + 1)}` : `${padded[0] ?? "0"}`;
  const size = String(Math.abs(exponent)).padStart(2, "0");
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${size}`;
}

function fixed({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  if (precision === 0) return whole;
  const fraction = point >= 0 ? digits.slice(point) : "0".repeat(-point) + digits;
  return `${whole}.${fraction.slice(0, precision).padEnd(precision, "0")}`;
}
