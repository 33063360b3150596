import { parseQuantity } from "../../object/quantity.ts";

const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi"] as const;
const NANOS_OF_MILLI = 10n ** 6n;
/** A quantity to calculate with. */
export interface ResourceAmount {
  /** Thousandths of the unit, rounded up. */
  readonly milli: bigint;
  /** Prints with Ki, Mi… */
  readonly isBinary: boolean;
}

/** An amount of zero. */
export const NOTHING: ResourceAmount = { milli: 0n, isBinary: false };

/** The amount of a quantity like `100m`, `2`, `1Gi`, `1.5e3`; nothing for what is none. */
export function amountOf(quantity: unknown): ResourceAmount {
  const nanos = parseQuantity(quantity);
  if (nanos === undefined) return NOTHING;
  const milli = (nanos + NANOS_OF_MILLI - 1n) / NANOS_OF_MILLI;
  return { milli, isBinary: /[KMGTPE]i$/.test(String(quantity)) };
}

/** The sum of two amounts. */
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
