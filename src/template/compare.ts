import { formatOne, PLAIN } from "./formatValue.ts";
import { GoError } from "./goFunction.ts";
import {
  Complex128,
  Float64,
  GoList,
  GoMap,
  GoStruct,
  type GoValue,
  type Int,
  intIn,
  kindOf,
  SizedInt,
  typeName,
} from "./goValue.ts";

type Basic =
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "int" | "uint"; readonly value: Int }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "complex"; readonly value: Complex128 };

function basicOf(value: GoValue): Basic | undefined {
  switch (typeof value) {
    case "boolean":
      return { kind: "bool", value };
    case "string":
      return { kind: "string", value };
    case "number":
    case "bigint":
      return { kind: "int", value };
    default:
  }
  if (value instanceof Float64) return { kind: "float", value: value.value };
  if (value instanceof SizedInt) {
    return { kind: value.type.startsWith("u") ? "uint" : "int", value: value.value };
  }
  const int = intIn(value);
  if (int !== undefined) return { kind: "int", value: int };
  return value instanceof Complex128 ? { kind: "complex", value } : undefined;
}

/**
 * Whether the first value equals one of the others, by Go's rule: same basic kind, or both nil.
 *
 * @see Go 1.26 text/template/funcs.go, eq
 */
export function equalsAny(first: GoValue, others: readonly GoValue[]): boolean {
  if (others.length === 0) throw new GoError("missing argument for comparison");
  return others.some((other) => equals(first, other));
}

function equals(a: GoValue, b: GoValue): boolean {
  if (typeof a === "string" && typeof b === "string") return a === b;
  const x = basicOf(a);
  const y = basicOf(b);
  if (x === undefined && y === undefined) return equalsOther(a, b);
  const isInt = (basic: Basic | undefined): boolean => basic?.kind === "int" || basic?.kind === "uint";
  if (x?.kind !== y?.kind && !(isInt(x) && isInt(y))) {
    if (isNone(a) || isNone(b)) return false;
    throw new GoError(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
  }
  if (x?.kind === "complex" && y?.kind === "complex") {
    return x.value.re === y.value.re && x.value.im === y.value.im;
  }
  return x?.value === y?.value;
}

/** Lists, maps, structs and nils. */
function equalsOther(a: GoValue, b: GoValue): boolean {
  const comparable = isNone(a) || isNone(b) || kindOf(a) === kindOf(b);
  if (!comparable) {
    throw new GoError(
      `non-comparable types ${formatOne(a, "s", PLAIN)}: ${typeName(a)}, ${typeName(b)}: ${formatOne(b, "v", PLAIN)}`,
    );
  }
  if (isNil(a) || isNil(b)) return isNil(a) === isNil(b);
  if (a instanceof GoStruct && b instanceof GoStruct) return isSameStruct(a, b);
  throw new GoError(`non-comparable type ${formatOne(b, "s", PLAIN)}: ${typeName(b)}`);
}

/** Go's `==` of two structs or pointers. */
function isSameStruct(a: GoStruct, b: GoStruct): boolean {
  if (a.type !== b.type) return false;
  return a.type.equals?.(a.value, b.value) ?? a.value === b.value;
}

function isNone(value: GoValue): boolean {
  return value === undefined || value === null;
}

function isNil(value: GoValue): boolean {
  return isNone(value) || ((value instanceof GoList || value instanceof GoMap) && value.isNil);
}

/** Whether a < b: integers, floats, strings. @see Go 1.26 text/template/funcs.go, lt */
export function isLess(a: GoValue, b: GoValue): boolean {
  const x = basicOf(a);
  const y = basicOf(b);
  if (x === undefined || y === undefined) throw new GoError("invalid type for comparison");
  const kinds = `${x.kind} ${y.kind}`;
  if (x.kind !== y.kind && kinds !== "int uint" && kinds !== "uint int") {
    throw new GoError(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
  }
  if (x.kind === "bool" || x.kind === "complex") throw new GoError("invalid type for comparison");
  return x.value < (y.value as typeof x.value);
}
