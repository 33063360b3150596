import { equalsAny, isLess } from "../compare.ts";
import { ANY, fn, GoError, type GoFunctions, STRING, VALUE, variadic } from "../goFunction.ts";
import {
  GoList,
  GoMap,
  type GoValue,
  type Int,
  intIn,
  isTruthy,
  SizedInt,
  typeName,
  zeroOf,
} from "../goValue.ts";
import { sprint, sprintln } from "../print.ts";
import { sprintf } from "../printf.ts";
import { ESCAPE_FUNCTIONS } from "./escapes.ts";

/** The functions that every template has. @see Go 1.26 text/template/funcs.go */
export const BUILTINS: GoFunctions = new Map([
  // The engine itself carries out `and`, `or` and `call`.
  ["and", variadic([VALUE], VALUE, ([first]) => first)],
  ["or", variadic([VALUE], VALUE, ([first]) => first)],
  ["not", fn([VALUE], ([value]) => !isTruthy(value))],
  ["index", variadic([VALUE], VALUE, ([item, ...indexes]) => indexValue(item, indexes))],
  ["len", fn([VALUE], ([value]) => lengthOf(value))],
  ["print", variadic([], ANY, (values) => sprint(values))],
  [
    "printf",
    variadic([STRING], ANY, ([format, ...values], context) =>
      sprintf(format, values, (value, padding) => context.chargeText(value, padding)),
    ),
  ],
  ["println", variadic([], ANY, (values) => sprintln(values))],
  ["slice", variadic([VALUE], VALUE, ([item, ...indexes]) => sliceValue(item, indexes))],
  ["call", variadic([VALUE], VALUE, ([value]) => value)],
  ...ESCAPE_FUNCTIONS,
  ["eq", variadic([VALUE], VALUE, ([first, ...others]) => equalsAny(first, others))],
  ["ne", fn([VALUE, VALUE], ([a, b]) => !equalsAny(a, [b]))],
  ["lt", fn([VALUE, VALUE], ([a, b]) => isLess(a, b))],
  ["le", fn([VALUE, VALUE], ([a, b]) => isLess(a, b) || equalsAny(a, [b]))],
  ["gt", fn([VALUE, VALUE], ([a, b]) => !(isLess(a, b) || equalsAny(a, [b])))],
  ["ge", fn([VALUE, VALUE], ([a, b]) => !isLess(a, b))],
]);

function lengthOf(value: GoValue): Int {
  if (typeof value === "string") return value.length;
  if (value instanceof GoList) return value.items.length;
  if (value instanceof GoMap) return value.size;
  if (value === null) throw new GoError("len of nil pointer");
  if (value === undefined) throw new GoError("reflect: call of reflect.Value.Type on zero Value");
  throw new GoError(`len of type ${targetName(value)}`);
}

/** The type's name, for a pointer that of what it points to. */
function targetName(value: GoValue): string {
  return typeName(value).replace(/^\*/, "");
}

function indexValue(item: GoValue, indexes: readonly GoValue[]): GoValue {
  if (item === undefined || item === null) throw new GoError("index of untyped nil");
  return indexes.reduce(elementAt, item);
}

function elementAt(item: GoValue, index: GoValue): GoValue {
  if (item === null) throw new GoError("index of nil pointer");
  if (item instanceof GoMap) return entryAt(item, index);
  if (typeof item === "string") {
    const at = indexIn(index, item.length);
    if (at === item.length) throw new GoError("reflect: string index out of range");
    return new SizedInt("uint8", item.charCodeAt(at));
  }
  if (!(item instanceof GoList)) throw new GoError(`can't index item of type ${targetName(item)}`);
  const at = indexIn(index, item.items.length);
  if (at === item.items.length) throw new GoError("reflect: slice index out of range");
  return item.items[at];
}

function entryAt(map: GoMap, key: GoValue): GoValue {
  if (key === undefined || key === null) throw new GoError("value is nil; should be of type string");
  if (typeof key !== "string") throw new GoError(`value has type ${typeName(key)}; should be string`);
  return map.has(key) ? map.get(key) : zeroOf(map.element);
}

/** An index from 0 to `size`, that one included. */
function indexIn(index: GoValue, size: number): number {
  const int = intIn(index);
  if (int !== undefined && int >= 0 && int <= size) return Number(int);
  if (int !== undefined) throw new GoError(`index out of range: ${int}`);
  if (index === undefined || index === null) throw new GoError("cannot index slice/array with nil");
  throw new GoError(`cannot index slice/array with type ${typeName(index)}`);
}

function sliceValue(item: GoValue, indexes: readonly GoValue[]): GoValue {
  if (item === undefined || item === null) throw new GoError("slice of untyped nil");
  if (indexes.length > 3) throw new GoError(`too many slice indexes: ${indexes.length}`);
  if (typeof item !== "string" && !(item instanceof GoList)) {
    throw new GoError(`can't slice item of type ${typeName(item)}`);
  }
  if (typeof item === "string" && indexes.length === 3) throw new GoError("cannot 3-index slice a string");
  const size = typeof item === "string" ? item.length : item.items.length;
  const [from = 0, to = size, capacity = size] = indexes.map((index) => indexIn(index, size));
  if (from > to) throw new GoError(`invalid slice index: ${from} > ${to}`);
  if (to > capacity) throw new GoError(`invalid slice index: ${to} > ${capacity}`);
  return typeof item === "string"
    ? item.slice(from, to)
    : new GoList(item.element, item.items.slice(from, to), item.isNil);
}
