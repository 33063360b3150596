const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi"] as const;
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
};

/** A quantity to calculate with. */
export interface ResourceAmount {
  /** Thousandths of the unit, rounded up. */
  readonly milli: bigint;
  /** Prints with Ki, Mi… */
  readonly isBinary: boolean;
}

export const NOTHING: ResourceAmount = { milli: 0n, isBinary: false };

/** The amount of a quantity like `100m`, `2`, `1Gi`, `1.5e3`; nothing for what is none. */
export function amountOf(quantity: unknown): ResourceAmount {
  const [, digits = "0", suffix = ""] =
    /^([+-]?[0-9.]+)([A-Za-z]*|[eE][+-]?\d+)$/.exec(String(quantity)) ?? [];
  const binary = BINARY.indexOf(suffix as (typeof BINARY)[number]);
  if (binary > 0) return { milli: thousandths(digits, 2 ** (10 * binary)), isBinary: true };
  const exponent = /^[eE]([+-]?\d+)$/.exec(suffix)?.[1] ?? DECIMAL[suffix] ?? 0;
  return { milli: thousandths(digits, 10 ** Number(exponent)), isBinary: false };
}

export function add(a: ResourceAmount, b: ResourceAmount): ResourceAmount {
  return { milli: a.milli + b.milli, isBinary: a.isBinary || b.isBinary };
}

/** The shortest text of an amount that loses nothing. */
export function formatAmount({ milli, isBinary }: ResourceAmount): string {
  if (milli % 1000n !== 0n) return `${milli}m`;
  const whole = milli / 1000n;
  if (whole === 0n) return "0";
  const base = isBinary ? 1024n : 1000n;
  const names = isBinary ? BINARY : ["", "k", "M", "G", "T", "P"];
  let rest = whole;
  let power = 0;
  while (rest % base === 0n && power < names.length - 1) {
    rest /= base;
    power++;
  }
  return `${rest}${names[power]}`;
}

function thousandths(digits: string, factor: number): bigint {
  return BigInt(Math.ceil(Number(digits) * factor * 1000));
}
