import { ANY, fn, GoError, type GoFunctions, variadic } from "../goFunction.ts";
import { Float64, GoStruct, type GoValue, kindOf } from "../goValue.ts";
import { toFloat64 } from "./conversion.ts";

/** Sprig 3's arithmetic on decimal fractions: `addf 0.1 0.2` is 0.3. @see Sprig 3.3 numeric.go, execDecimalOp */
export const DECIMAL_FUNCTIONS: GoFunctions = new Map([
  ["add1f", fn([ANY], ([value]) => fold([value, 1], plus))],
  ["addf", variadic([], ANY, (values) => fold([0, ...values], plus))],
  ["subf", variadic([ANY], ANY, (values) => fold(values, minus))],
  ["mulf", variadic([ANY], ANY, (values) => fold(values, times))],
  ["divf", variadic([ANY], ANY, (values) => fold(values, divided))],
  ["maxf", variadic([ANY], ANY, (values) => new Float64(Math.max(...values.map(floatOf))))],
  ["minf", variadic([ANY], ANY, (values) => new Float64(Math.min(...values.map(floatOf))))],
]);

/** digits · 10^exponent */
interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** Digits after the point of a quotient. */
const DIVISION_DIGITS = 16;

/** A duration is no number to Sprig 3. */
function floatOf(value: GoValue): number {
  return kindOf(value) === "int64" && value instanceof GoStruct ? 0 : toFloat64(value);
}

function fold(values: readonly GoValue[], combine: (a: Decimal, b: Decimal) => Decimal): Float64 {
  const { digits, exponent } = values.map((value) => decimalOf(floatOf(value))).reduce(combine);
  return new Float64(Number(`${digits}e${exponent}`));
}

function decimalOf(value: number): Decimal {
  if (!Number.isFinite(value)) {
    const name = Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
    throw new GoError(`Cannot create a Decimal from ${name}`);
  }
  const [mantissa = "0", exponent = "0"] = value.toExponential().split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

function aligned(a: Decimal, b: Decimal): readonly [x: bigint, y: bigint, exponent: number] {
  const exponent = Math.min(a.exponent, b.exponent);
  const scaled = (d: Decimal): bigint => d.digits * 10n ** BigInt(d.exponent - exponent);
  return [scaled(a), scaled(b), exponent];
}

function plus(a: Decimal, b: Decimal): Decimal {
  const [x, y, exponent] = aligned(a, b);
  return { digits: x + y, exponent };
}

function minus(a: Decimal, b: Decimal): Decimal {
  return plus(a, { digits: -b.digits, exponent: b.exponent });
}

function times(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, exponent: a.exponent + b.exponent };
}

/** Rounded half away from zero. */
function divided(a: Decimal, b: Decimal): Decimal {
  if (b.digits === 0n) throw new GoError("decimal division by 0");
  const [x, y] = aligned(a, b);
  const numerator = x * 10n ** BigInt(DIVISION_DIGITS);
  const quotient = numerator / y;
  const rest = numerator % y;
  const magnitude = (n: bigint): bigint => (n < 0n ? -n : n);
  const isUp = 2n * magnitude(rest) >= magnitude(y);
  const sign = x < 0n === y < 0n ? 1n : -1n;
  return { digits: isUp ? quotient + sign : quotient, exponent: -DIVISION_DIGITS };
}
