import {
  ANY,
  type CallContext,
  FLOAT,
  fn,
  GoError,
  type GoFunctions,
  INT,
  LimitError,
  variadic,
} from "../goFunction.ts";
import { Float64, GoList, type GoValue, type Int, int64, wrapInt } from "../goValue.ts";
import { castToInt64, toFloat64, toInt64 } from "./conversion.ts";

/** Sprig's arithmetic: 64-bit integers that wrap around, except floor, ceil and round. @see Sprig 2.22 numeric.go */
export const NUMERIC_FUNCTIONS: GoFunctions = new Map([
  ["add", variadic([], ANY, (values) => int64(values.reduce<Int>((sum, v) => plus(sum, toInt64(v)), 0)))],
  ["add1", fn([ANY], ([value]) => int64(plus(toInt64(value), 1)))],
  ["sub", fn([ANY, ANY], ([a, b]) => int64(minus(toInt64(a), toInt64(b))))],
  ["mul", variadic([ANY], ANY, (values) => int64(values.map(toInt64).reduce(times)))],
  ["div", fn([ANY, ANY], ([a, b]) => int64(divided(a, b, quotient)))],
  ["mod", fn([ANY, ANY], ([a, b]) => int64(divided(a, b, remainder)))],
  ["max", variadic([ANY], ANY, largest)],
  ["biggest", variadic([ANY], ANY, largest)],
  ["min", variadic([ANY], ANY, smallest)],
  ["floor", fn([ANY], ([value]) => new Float64(Math.floor(toFloat64(value))))],
  ["ceil", fn([ANY], ([value]) => new Float64(Math.ceil(toFloat64(value))))],
  [
    "round",
    variadic([ANY, INT], FLOAT, ([value, places, at]) => round(toFloat64(value), Number(places), at?.value)),
  ],
  ["until", fn([INT], ([count], context) => steps(0, count, count < 0 ? -1 : 1, context))],
  ["untilStep", fn([INT, INT, INT], ([start, stop, step], context) => steps(start, stop, step, context))],
]);

function plus(a: Int, b: Int): Int {
  return exact(a, b, (x, y) => x + y) ?? wrapInt(BigInt(a) + BigInt(b));
}

function minus(a: Int, b: Int): Int {
  return exact(a, b, (x, y) => x - y) ?? wrapInt(BigInt(a) - BigInt(b));
}

function times(a: Int, b: Int): Int {
  return exact(a, b, (x, y) => x * y) ?? wrapInt(BigInt(a) * BigInt(b));
}

/** The result, when a float has computed it exactly. */
function exact(a: Int, b: Int, combine: (x: number, y: number) => number): number | undefined {
  if (typeof a !== "number" || typeof b !== "number") return undefined;
  const result = combine(a, b);
  return Number.isSafeInteger(result) ? result + 0 : undefined;
}

/** Sprig 2.22 reads strings in base 10; where that makes a divisor 0, which it fails at, Sprig 3 reads both. */
function divided(a: GoValue, b: GoValue, divide: (a: Int, b: Int) => Int): Int {
  const divisor = toInt64(b);
  return divisor === 0 ? divide(castToInt64(a), castToInt64(b)) : divide(toInt64(a), divisor);
}

function quotient(a: Int, b: Int): Int {
  if (b === 0) throw new GoError("runtime error: integer divide by zero");
  if (typeof a === "number" && typeof b === "number") return Math.trunc(a / b) + 0;
  return wrapInt(BigInt(a) / BigInt(b));
}

function remainder(a: Int, b: Int): Int {
  if (b === 0) throw new GoError("runtime error: integer divide by zero");
  if (typeof a === "number" && typeof b === "number") return (a % b) + 0;
  return wrapInt(BigInt(a) % BigInt(b));
}

function largest(values: readonly GoValue[]): GoValue {
  let best = toInt64(values[0]);
  for (const value of values) {
    const int = toInt64(value);
    if (int > best) best = int;
  }
  return int64(best);
}

function smallest(values: readonly GoValue[]): GoValue {
  let best = toInt64(values[0]);
  for (const value of values) {
    const int = toInt64(value);
    if (int < best) best = int;
  }
  return int64(best);
}

/** @param at  the fraction from which on the last digit goes up */
function round(value: number, places: number, at = 0.5): GoValue {
  const power = 10 ** places;
  const shifted = power * value;
  const fraction = shifted - Math.trunc(shifted);
  return new Float64((fraction >= at ? Math.ceil(shifted) : Math.floor(shifted)) / power);
}

/** Units of work to make one element of a list. */
const LIST_WORK = 4;

function steps(start: Int, stop: Int, step: Int, context: CallContext): GoList {
  const limit = context.limits.valueSize;
  const ratio = (Number(stop) - Number(start)) / Number(step);
  if (step !== 0 && ratio > limit) throw new LimitError(`a list is longer than ${limit}`, "valueSize");
  if (step !== 0 && ratio > 0) context.charge(LIST_WORK * ratio);
  const numbers = [start, stop, step];
  const isSafe = numbers.every((number) => typeof number === "number");
  return new GoList(
    "int",
    isSafe ? safeSteps(Number(start), Number(stop), Number(step)) : largeSteps(start, stop, step),
  );
}

function safeSteps(start: number, stop: number, step: number): readonly Int[] {
  const length = step === 0 ? 0 : Math.max(0, Math.ceil((stop - start) / step));
  return Array.from({ length }, (_, index) => start + index * step);
}

function largeSteps(start: Int, stop: Int, step: Int): readonly Int[] {
  const steps: Int[] = [];
  const isOver = (at: bigint): boolean => (step > 0 ? at >= stop : at <= stop);
  for (let at = BigInt(start); step !== 0 && !isOver(at); at += BigInt(step)) steps.push(wrapInt(at));
  return steps;
}
