/** Suffix to (base, exponent) of its factor. */
const SUFFIXES: ReadonlyMap<string, readonly [base: 2 | 10, exponent: number]> = new Map([
  ["n", [10, -9]],
  ["u", [10, -6]],
  ["m", [10, -3]],
  ["", [10, 0]],
  ["k", [10, 3]],
  ["M", [10, 6]],
  ["G", [10, 9]],
  ["T", [10, 12]],
  ["P", [10, 15]],
  ["E", [10, 18]],
  ["Ki", [2, 10]],
  ["Mi", [2, 20]],
  ["Gi", [2, 30]],
  ["Ti", [2, 40]],
  ["Pi", [2, 50]],
  ["Ei", [2, 60]],
]);

/** Exponents beyond this are no quantity that anybody means, and would cost memory. */
const EXPONENT_MAX = 30;

/**
 * A Kubernetes quantity (`500m`, `1Gi`, `1.5`, `2e3`, the number 2) in billionths, or `undefined` when it is none.
 *
 * What is finer than a billionth is rounded up, away from zero, as the API server does.
 */
export function parseQuantity(value: unknown): bigint | undefined {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || text.length > 100) return undefined;
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d{1,3})|([numkMGTPE]|[KMGTPE]i)?)$/.exec(text);
  if (!match) return undefined;
  const [, sign, whole = "", fraction = "", exponent, suffix = ""] = match;
  if (whole.length + fraction.length === 0) return undefined;
  const [base, power] = exponent
    ? ([10, Number(exponent.slice(1))] as const)
    : (SUFFIXES.get(suffix) ?? [10, 0]);
  if (base === 10 && Math.abs(power) > EXPONENT_MAX) return undefined;
  const digits = BigInt(whole + fraction);
  const scaled = base === 2 ? digits * 2n ** BigInt(power) : digits;
  const nanos = timesTenTo(scaled, 9 - fraction.length + (base === 10 ? power : 0));
  return sign === "-" ? -nanos : nanos;
}

/** True when both are quantities of one value: `1000m` and `1`, `1Gi` and `1024Mi`. */
export function sameQuantity(a: unknown, b: unknown): boolean {
  const left = parseQuantity(a);
  return left !== undefined && left === parseQuantity(b);
}

function timesTenTo(value: bigint, exponent: number): bigint {
  if (exponent >= 0) return value * 10n ** BigInt(exponent);
  const divisor = 10n ** BigInt(-exponent);
  return (value + divisor - 1n) / divisor;
}
