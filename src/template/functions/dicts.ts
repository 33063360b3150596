import {
  ANY,
  DICT,
  fn,
  GoError,
  type GoFunction,
  type GoFunctions,
  STRING,
  variadic,
} from "../goFunction.ts";
import { GoMap, type GoValue, isTruthy, listOf, mapOf, stringsOf, typeName } from "../goValue.ts";
import { valueText } from "../print.ts";

const merge = variadic([DICT], DICT, ([target, ...sources]) => mergeAll(target, sources, false));
const mergeOverwrite = variadic([DICT], DICT, ([target, ...sources]) => mergeAll(target, sources, true));

/** Sprig's functions on maps; `keys` and `values` come in the order of the keys. @see Sprig 2.22 dict.go */
export const DICT_FUNCTIONS: GoFunctions = new Map<string, GoFunction>([
  ["dict", variadic([], ANY, (values) => dict(values))],
  ["set", fn([DICT, STRING, ANY], ([map, key, value]) => set(map, key, value))],
  ["unset", fn([DICT, STRING], ([map, key]) => unset(map, key))],
  ["hasKey", fn([DICT, STRING], ([map, key]) => map.has(key))],
  ["get", fn([DICT, STRING], ([map, key]) => (map.has(key) ? map.get(key) : ""))],
  [
    "pluck",
    variadic([STRING], DICT, ([key, ...maps]) =>
      listOf(maps.filter((map) => map.has(key)).map((map) => map.get(key))),
    ),
  ],
  ["keys", variadic([], DICT, (maps) => stringsOf(maps.flatMap((map) => map.keys())))],
  ["values", fn([DICT], ([map]) => listOf(map.keys().map((key) => map.get(key))))],
  ["pick", variadic([DICT], STRING, ([map, ...keys]) => only(map, (key) => keys.includes(key)))],
  ["omit", variadic([DICT], STRING, ([map, ...keys]) => only(map, (key) => !keys.includes(key)))],
  ["merge", merge],
  ["mustMerge", merge],
  ["mergeOverwrite", mergeOverwrite],
  ["mustMergeOverwrite", mergeOverwrite],
  ["dig", variadic([], ANY, (values) => dig(values))],
]);

function dict(values: readonly GoValue[]): GoMap {
  const map = mapOf();
  for (let i = 0; i < values.length; i += 2) {
    map.set(valueText(values[i]), i + 1 < values.length ? values[i + 1] : "");
  }
  return map;
}

function set(map: GoMap, key: string, value: GoValue): GoMap {
  if (map.isNil) throw new GoError("assignment to entry in nil map");
  map.set(key, value);
  return map;
}

function unset(map: GoMap, key: string): GoMap {
  map.delete(key);
  return map;
}

function only(map: GoMap, isWanted: (key: string) => boolean): GoMap {
  const keys = map.keys().filter(isWanted);
  return mapOf(keys.map((key) => [key, map.get(key)] as const));
}

/** Merges into the target itself, which is what templates rely on. */
function mergeAll(target: GoMap, sources: readonly GoMap[], overwrite: boolean): GoMap {
  const result = target.isNil && sources.some((source) => !source.isNil) ? mapOf() : target;
  for (const source of sources) mergeInto(result, source, overwrite);
  return result;
}

/** @see mergo 0.3.16 merge.go, deepMerge */
function mergeInto(target: GoMap, source: GoMap, overwrite: boolean): void {
  for (const key of source.keys()) {
    const value = source.get(key);
    if (value === null) {
      if (overwrite) target.set(key, null);
      continue;
    }
    const existing = target.get(key);
    if (value instanceof GoMap && existing instanceof GoMap) mergeInto(existing, value, overwrite);
    const isKept = isTruthy(existing) && (bothMaps(existing, value) || !overwrite);
    if (!isKept) target.set(key, value);
  }
}

function bothMaps(a: GoValue, b: GoValue): boolean {
  return a instanceof GoMap && b instanceof GoMap;
}

/** `dig "a" "b" default map` */
function dig(values: readonly GoValue[]): GoValue {
  if (values.length < 3) throw new GoError("dig needs at least three arguments");
  const missing = values.at(-2);
  let current = asDict(values.at(-1));
  const keys = values.slice(0, -2).map(asKey);
  for (const [index, key] of keys.entries()) {
    if (!current.has(key)) return missing;
    const next = current.get(key);
    if (index === keys.length - 1) return next;
    current = asDict(next);
  }
  return missing;
}

function asDict(value: GoValue): GoMap {
  if (value instanceof GoMap && DICT.accepts(value)) return value;
  throw conversionError(value, DICT.name);
}

function asKey(value: GoValue): string {
  if (typeof value === "string") return value;
  throw conversionError(value, "string");
}

function conversionError(value: GoValue, wanted: string): GoError {
  const given = value === null || value === undefined ? "nil" : typeName(value);
  return new GoError(`interface conversion: interface {} is ${given}, not ${wanted}`);
}
