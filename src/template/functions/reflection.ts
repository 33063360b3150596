import { ANY, fn, GoError, type GoFunctions, STRING } from "../goFunction.ts";
import {
  Complex128,
  Float64,
  GoList,
  GoMap,
  GoStruct,
  type GoValue,
  kindOf,
  SizedInt,
  typeName,
} from "../goValue.ts";

/** Sprig's questions about types, and copies. @see Sprig 2.22 reflect.go */
export const REFLECTION_FUNCTIONS: GoFunctions = new Map([
  ["typeOf", fn([ANY], ([value]) => typeName(value))],
  ["typeIs", fn([STRING, ANY], ([name, value]) => name === typeName(value))],
  [
    "typeIsLike",
    fn([STRING, ANY], ([name, value]) => name === typeName(value) || `*${name}` === typeName(value)),
  ],
  ["kindOf", fn([ANY], ([value]) => kindOf(value))],
  ["kindIs", fn([STRING, ANY], ([name, value]) => name === kindOf(value))],
  ["deepEqual", fn([ANY, ANY], ([a, b]) => deepEquals(a, b))],
  ["deepCopy", fn([ANY], ([value]) => checkedCopy(value))],
  ["mustDeepCopy", fn([ANY], ([value]) => checkedCopy(value))],
]);

/** Go's reflect.DeepEqual: the types must agree too. */
export function deepEquals(a: GoValue, b: GoValue): boolean {
  const x = a ?? null;
  const y = b ?? null;
  if (x === y) return true;
  if (typeof x !== "object" || typeof y !== "object" || x === null || y === null) return false;
  if (typeName(x) !== typeName(y)) return false;
  if (x instanceof GoList && y instanceof GoList) {
    return (
      x.isNil === y.isNil &&
      x.items.length === y.items.length &&
      x.items.every((item, index) => deepEquals(item, y.items[index]))
    );
  }
  if (x instanceof GoMap && y instanceof GoMap) {
    const isSame = (key: string): boolean => y.has(key) && deepEquals(x.get(key), y.get(key));
    return x.isNil === y.isNil && x.size === y.size && x.keys().every(isSame);
  }
  if (x instanceof Complex128 && y instanceof Complex128) return x.re === y.re && x.im === y.im;
  if (x instanceof Float64 && y instanceof Float64) return x.value === y.value;
  if (x instanceof GoStruct && y instanceof GoStruct) return isSameStruct(x, y);
  return x instanceof SizedInt && y instanceof SizedInt && x.value === y.value;
}

/** Field by field; values of the same name have the same type. */
function isSameStruct(a: GoStruct, b: GoStruct): boolean {
  const { type } = a;
  if (type.int !== undefined) return type.int(a.value) === type.int(b.value);
  if (type.equals?.(a.value, b.value) === true) return true;
  const fields = [...(type.layout ?? type.fields).values()];
  if (fields.length === 0) return a.value === b.value;
  return fields.every((field) => deepEquals(field(a.value), field(b.value)));
}

function checkedCopy(value: GoValue): GoValue {
  if (value !== null && value !== undefined) return deepCopy(value);
  throw new GoError("reflect: call of reflect.Value.Type on zero Value");
}

function deepCopy(value: GoValue): GoValue {
  if (value instanceof GoList) return new GoList(value.element, value.items.map(deepCopy), value.isNil);
  if (value instanceof GoStruct) return value.type.copy?.() ?? value;
  if (!(value instanceof GoMap)) return value;
  const entries = value.keys().map((key) => [key, deepCopy(value.get(key))] as const);
  return new GoMap(value.element, new Map(entries), value.isNil);
}
