import type { JsonObject, JsonValue } from "../object/json.ts";
import { bytesOf, isAsciiText } from "./goString.ts";

/**
 * A value as Go's reflection sees it (docs/adr/0002-go-values.md).
 *
 * - `undefined`  no value at all: an untyped nil, reflect's zero Value
 * - `null`       a nil that lies in an interface: an element of a map or list
 * - `number`, `bigint`  Go's int: a number when it is a safe integer, else a bigint; see {@link Int}
 * - `string`     bytes, one per code unit; see goString.ts
 * - the other types of numbers are objects
 */
export type GoValue =
  | undefined
  | null
  | boolean
  | string
  | Int
  | Float64
  | SizedInt
  | Complex128
  | GoList
  | GoMap
  | GoStruct;

/** A 64-bit integer: a number when it is a safe integer, else, and only then, a bigint. */
export type Int = number | bigint;

/** Go's float64. */
export class Float64 {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** An integer of another type than int. */
export class SizedInt {
  readonly type: "int64" | "int32" | "uint8" | "uint32" | "uint64";
  readonly value: Int;
  constructor(type: SizedInt["type"], value: Int) {
    this.type = type;
    this.value = value;
  }
}

/** Go's complex128; only imaginary literals make one. */
export class Complex128 {
  readonly re: number;
  readonly im: number;
  constructor(re: number, im: number) {
    this.re = re;
    this.im = im;
  }
}

/** A slice. `element` is the name of the type of its elements, as reflect writes it. */
export class GoList {
  readonly element: string;
  readonly items: readonly GoValue[];
  readonly isNil: boolean;
  constructor(element: string, items: readonly GoValue[], isNil = false) {
    this.element = element;
    this.items = items;
    this.isNil = isNil;
  }
}

/** A type with fields or methods: what functions give besides plain data, `time.Time` say. */
export interface StructType<T> {
  /** As reflect writes it: `time.Time`, `*semver.Version`, `sprig.certificate`. */
  readonly name: string;
  readonly kind: "struct" | "ptr" | "int64" | "int";
  /** Exported fields. */
  readonly fields: ReadonlyMap<string, (value: T) => GoValue>;
  /** Methods that a template may call, by name. */
  readonly methods?: ReadonlyMap<string, StructMethod<T>>;
  /** As fmt's `%v` writes it: the String method when there is one. */
  readonly text: (value: T) => string;
  /** `text` is a String method; other verbs than `%v` use it too. */
  readonly isStringer?: boolean;
  /** The GoString method, for `%#v`. */
  readonly goString?: (value: T) => string;
  /** All fields in their order, those not exported too, as fmt shows them; {@link fields} when absent. */
  readonly layout?: ReadonlyMap<string, (value: T) => GoValue>;
  /** The number that a value of kind int or int64 is. */
  readonly int?: (value: T) => Int;
  /** Go's `==`; whether it is the very same value when absent. */
  readonly equals?: (a: T, b: T) => boolean;
  /** As encoding/json writes it; an object of {@link fields} when absent. Throws GoError. */
  readonly json?: (value: T) => string;
  /** What a deep copy is where reflection cannot set the fields; the value itself when absent. */
  readonly copy?: () => GoStruct;
  /** As yaml.v2 writes it, unquoted; a map of {@link fields}, in small letters, when absent. */
  readonly yaml?: (value: T) => string;
}

/** A method of a {@link StructType}; the types of its arguments are those of functions (goFunction.ts). */
export interface StructMethod<T> {
  readonly params: readonly unknown[];
  /** Why templates cannot call it: Go's message. */
  readonly unfit?: string;
  readonly call: (value: T, args: readonly GoValue[]) => GoValue;
}

/** A value of such a type. Nothing of `value` can be reached from a template but what the type names. */
export class GoStruct {
  readonly type: StructType<never>;
  /** Fits the functions of `type`, and no others: which type that is only the maker knows. */
  readonly value: never;
  constructor(type: StructType<never>, value: never) {
    this.type = type;
    this.value = value;
  }

  /** Makes one whose value the compiler knows to be of the type. */
  static of<T>(type: StructType<T>, value: T): GoStruct {
    return new GoStruct(type, value as never);
  }

  /** Another value of the same type, which is one of integers. */
  like(int: Int): GoStruct {
    return new GoStruct(this.type, int as never);
  }

  isOf<T>(type: StructType<T>): boolean {
    return this.type === (type as StructType<never>);
  }
}

/** The exported fields of a struct as marshallers write them, under other names when `rename` says so. */
export function fieldsOf({ type, value }: GoStruct, rename = (name: string): string => name): GoMap {
  const entries = [...type.fields].map(([name, read]) => [rename(name), read(value)] as const);
  return new GoMap(INTERFACE, new Map(entries));
}

/** A map with string keys; functions such as `set` change it in place, as in Go. */
export class GoMap {
  readonly element: string;
  readonly isNil: boolean;
  readonly #known: Map<string, GoValue>;
  /** What further entries are made from when they are asked for; nothing once all are known. */
  #source: JsonObject | undefined;
  #sortedKeys: readonly string[] | undefined;

  constructor(element: string, entries: Map<string, GoValue>, isNil = false) {
    this.element = element;
    this.isNil = isNil;
    this.#known = entries;
  }

  /** A `map[string]interface {}` of a JSON object, which must not change. Most of a large one is never looked at. */
  static ofJson(source: JsonObject): GoMap {
    const map = new GoMap(INTERFACE, new Map());
    map.#source = source;
    return map;
  }

  get #entries(): Map<string, GoValue> {
    if (this.#source !== undefined) this.#makeAll(this.#source);
    return this.#known;
  }

  #makeAll(source: JsonObject): void {
    const known = this.#known;
    for (const name of Object.keys(source)) {
      const key = bytesOf(name);
      const value = source[name];
      if (value !== undefined && !known.has(key)) known.set(key, goValueOf(value));
    }
    this.#source = undefined;
  }

  #makeOne(source: JsonObject, key: string): GoValue {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (!isAsciiText(key)) return this.#entries.get(key);
    const json = Object.hasOwn(source, key) ? source[key] : undefined;
    if (json === undefined) return undefined;
    const value = goValueOf(json);
    this.#known.set(key, value);
    return value;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** `undefined` when the key is absent. */
  get(key: string): GoValue {
    const source = this.#source;
    return source === undefined ? this.#known.get(key) : this.#makeOne(source, key);
  }

  set(key: string, value: GoValue): void {
    if (!this.#entries.has(key)) this.#sortedKeys = undefined;
    this.#entries.set(key, value === undefined ? null : value);
  }

  delete(key: string): void {
    if (this.#entries.delete(key)) this.#sortedKeys = undefined;
  }

  /** In the order of their bytes, as Go ranges over and prints maps. */
  keys(): readonly string[] {
    this.#sortedKeys ??= [...this.#entries.keys()].sort(compareBytes);
    return this.#sortedKeys;
  }
}

/** Order of byte strings. */
export function compareBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Name of the type of what is in an untyped list or map. */
export const INTERFACE = "interface {}";

/** A `[]interface {}`. */
export function listOf(items: readonly GoValue[]): GoList {
  return new GoList(INTERFACE, items);
}

/** A `[]string` of byte strings. */
export function stringsOf(items: readonly string[]): GoList {
  return new GoList("string", items);
}

/** A `[]uint8` of a byte string, after other bytes if there are any. */
export function byteList(text: string, start: readonly GoValue[] = []): GoList {
  return new GoList("uint8", [
    ...start,
    ...Array.from(text, (char) => new SizedInt("uint8", char.charCodeAt(0))),
  ]);
}

/** A `map[string]interface {}`; the keys are byte strings. */
export function mapOf(entries: Iterable<readonly [string, GoValue]> = []): GoMap {
  return new GoMap(INTERFACE, new Map(entries));
}

/** Go's int64. */
export function int64(value: Int): SizedInt {
  return new SizedInt("int64", value);
}

/** A 64-bit integer from any bigint, wrapping around as Go's arithmetic does. */
export function wrapInt(value: bigint): Int {
  const wrapped = BigInt.asIntN(64, value);
  const number = Number(wrapped);
  return Number.isSafeInteger(number) ? number : wrapped;
}

/** A float as Go's conversion int64(x) on amd64 has it: truncated, out of range the least integer. */
export function truncateToInt(value: number): Int {
  const whole = Math.trunc(value);
  if (Number.isSafeInteger(whole)) return whole + 0;
  const fits = whole >= -(2 ** 63) && whole < 2 ** 63;
  return fits ? BigInt(whole) : -(2n ** 63n);
}

/** The integer in a value of any integer type. */
export function intIn(value: GoValue): Int | undefined {
  if (typeof value === "number" || typeof value === "bigint") return value;
  if (value instanceof GoStruct) return value.type.int?.(value.value);
  return value instanceof SizedInt ? value.value : undefined;
}

/**
 * Values as sigs.k8s.io/yaml and encoding/json decode them into an interface: every number a float64, lists
 * `[]interface {}`, objects `map[string]interface {}`.
 */
export function goValueOf(json: JsonValue | undefined): GoValue {
  if (json === null || json === undefined) return null;
  if (typeof json === "string") return bytesOf(json);
  if (typeof json === "number") return new Float64(json);
  if (typeof json === "boolean") return json;
  if (Array.isArray(json)) return listOf(json.map((item: JsonValue) => goValueOf(item)));
  return GoMap.ofJson(json as JsonObject);
}

/** Name of a value's type as reflect writes it; `<nil>` for none. */
export function typeName(value: GoValue): string {
  switch (typeof value) {
    case "string":
      return "string";
    case "boolean":
      return "bool";
    case "number":
    case "bigint":
      return "int";
    default:
  }
  if (value instanceof Float64) return "float64";
  if (value instanceof SizedInt) return value.type;
  if (value instanceof GoList) return `[]${value.element}`;
  if (value instanceof GoMap) return `map[string]${value.element}`;
  if (value instanceof GoStruct) return value.type.name;
  return value instanceof Complex128 ? "complex128" : "<nil>";
}

/** Go's reflect.Kind of a value, `invalid` for nil. */
export function kindOf(value: GoValue): string {
  if (value instanceof GoList) return "slice";
  if (value instanceof GoMap) return "map";
  if (value instanceof GoStruct) return value.type.kind;
  return value === null || value === undefined ? "invalid" : typeName(value);
}

/** What a missing key of a map, or a nil element, is worth: the zero value of an element type. */
export function zeroOf(element: string): GoValue {
  switch (element) {
    case "string":
      return "";
    case "int":
      return 0;
    case "bool":
      return false;
    case "float64":
      return new Float64(0);
    default:
      return element.startsWith("[]") ? new GoList(element.slice(2), [], true) : null;
  }
}

/** Whether `if` takes the value for true: not the zero of its type, and not empty. */
export function isTruthy(value: GoValue): boolean {
  if (typeof value === "object" && value !== null) {
    if (value instanceof GoList) return value.items.length > 0;
    if (value instanceof GoMap) return value.size > 0;
    if (value instanceof Complex128) return value.re !== 0 || value.im !== 0;
    if (value instanceof SizedInt) return value.value !== 0;
    if (value instanceof GoStruct) return value.type.int?.(value.value) !== 0;
    return value.value !== 0; // NaN is true
  }
  return typeof value === "number" ? value !== 0 : Boolean(value);
}
