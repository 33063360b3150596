/** How the server complains of a text that is no quantity. */
export const QUANTITY_PATTERN = "^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$";

const DECIMAL: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  "": 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const DECIMAL_SUFFIXES: readonly string[] = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY_SUFFIXES: readonly string[] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const NANO = 10n ** 9n;
const MILLI = 10n ** 6n;

/**
 * The form in which Kubernetes writes a quantity: `1000m` is `1`, `1024Mi` is `1Gi`, `0.5` is `500m`.
 *
 * The kind of suffix stays (binary, decimal, exponent); precision ends at nano, or at milli, rounded up. A text that
 * is nearly canonical stays as it is (`1.500`, `+1`, `1e0`). `undefined` for no quantity.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function canonicalQuantity(
  value: string | number,
  precision: "nano" | "milli" = "nano",
): string | undefined {
  const text = String(value);
  const match = /^([+-]?)(\d+\.?\d*|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?\d+|)$/.exec(text);
  if (!match) return undefined;
  const [, sign, number = "", suffix = ""] = match;
  const [whole = "", fraction = ""] = number.split(".");
  const digits = BigInt(`${whole}${fraction}` || "0");
  if (digits === 0n) return "0";
  const exact = nanosOf(digits, fraction.length, suffix);
  const unit = precision === "milli" ? MILLI : 1n;
  const nanos = divideUp(exact, unit) * unit;
  if (nanos === exact && isTakenAsCanonical(whole, fraction, suffix)) return text;
  return `${sign === "-" ? "-" : ""}${formatNanos(nanos, suffix)}`;
}

/** Go does not write a decimal quantity anew when its exponent is a multiple of three and no zeros can be saved. */
function isTakenAsCanonical(whole: string, fraction: string, suffix: string): boolean {
  if (BINARY_SUFFIXES.indexOf(suffix) > 0) return false;
  const digits = `${whole.replace(/^0+/, "")}${fraction}`;
  const scale = (DECIMAL[suffix] ?? Number(suffix.slice(1))) - fraction.length;
  return (
    scale % 3 === 0 &&
    scale >= -9 &&
    digits.length <= 18 &&
    !digits.endsWith("000") &&
    !digits.startsWith("0")
  );
}

function nanosOf(digits: bigint, decimals: number, suffix: string): bigint {
  const binary = BINARY_SUFFIXES.indexOf(suffix);
  if (binary > 0) return divideUp(digits * 1024n ** BigInt(binary) * NANO, 10n ** BigInt(decimals));
  const exponent = (DECIMAL[suffix] ?? Number(suffix.slice(1))) + 9 - decimals;
  return exponent >= 0 ? digits * 10n ** BigInt(exponent) : divideUp(digits, 10n ** BigInt(-exponent));
}

function formatNanos(nanos: bigint, suffix: string): string {
  const isBinary = BINARY_SUFFIXES.indexOf(suffix) > 0;
  if (isBinary && nanos >= 1024n * NANO && nanos % NANO === 0n) {
    let amount = nanos / NANO;
    let power = 0;
    while (amount % 1024n === 0n && power < BINARY_SUFFIXES.length - 1) {
      amount /= 1024n;
      power++;
    }
    return `${amount}${BINARY_SUFFIXES[power]}`;
  }
  let amount = nanos;
  let exponent = -9;
  while (amount % 1000n === 0n && exponent < 18) {
    amount /= 1000n;
    exponent += 3;
  }
  if (/^[eE]\d|^[eE][+-]/.test(suffix)) return exponent === 0 ? `${amount}` : `${amount}e${exponent}`;
  return `${amount}${DECIMAL_SUFFIXES[(exponent + 9) / 3]}`;
}

function divideUp(amount: bigint, by: bigint): bigint {
  return (amount + by - 1n) / by;
}
