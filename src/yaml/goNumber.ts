/**
 * A number as Go prints it with `%v`: the shortest digits that read back to the same value, with an exponent when
 * it is below -4 or from 6 on (`1e+06`).
 *
 * @param bits  32 rounds to single precision first, as sigs.k8s.io/yaml does with the keys of a mapping
 * @see Go 1.26 strconv/ftoa.go, FormatFloat(value, 'g', -1, bits)
 */
export function formatGoFloat(value: number, bits: 32 | 64): string {
  const rounded = bits === 32 ? Math.fround(value) : value;
  if (Number.isNaN(rounded)) return "NaN";
  if (!Number.isFinite(rounded)) return rounded > 0 ? "+Inf" : "-Inf";
  if (rounded === 0) return Object.is(rounded, -0) ? "-0" : "0";
  const [mantissa = "", exponentText = "0"] = shortestDigits(rounded, bits).split("e");
  const exponent = Number(exponentText);
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.replace(/[-.]/g, "");
  return sign + (exponent < -4 || exponent >= 6 ? scientific(digits, exponent) : plain(digits, exponent));
}

/** Scientific notation of JavaScript, `1.5e+7`, with as few digits as identify the value. */
function shortestDigits(value: number, bits: 32 | 64): string {
  if (bits === 64) return value.toExponential();
  for (let digits = 0; digits < 9; digits++) {
    const text = value.toExponential(digits);
    if (Math.fround(Number(text)) === value) return text;
  }
  return value.toExponential();
}

function scientific(digits: string, exponent: number): string {
  const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
  const magnitude = String(Math.abs(exponent)).padStart(2, "0");
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${magnitude}`;
}

function plain(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return digits.length > exponent + 1 ? `${whole}.${digits.slice(exponent + 1)}` : whole;
}
