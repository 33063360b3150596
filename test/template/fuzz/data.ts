import type { JsonObject, JsonValue } from "../../../src/object/json.ts";
import type { Random } from "./random.ts";

/** Strings worth trying: words, sentences, numbers in strings, markup, Unicode of every width, blanks. */
export const STRINGS: readonly string[] = [
  "",
  "a",
  "abc",
  "demo",
  "hello world",
  "The quick brown fox",
  "a,b,c",
  "fooBar",
  "foo_bar-baz",
  "HTTPServer",
  "  padded  ",
  "one\ntwo\n",
  "tab\there",
  "5",
  "017",
  "0x1F",
  "-3",
  "1.5",
  "1e3",
  "3.0",
  "true",
  "größe",
  "日本語",
  "😀 x",
  "e\u0301a",
  "<a href=\"x\">'&'</a>",
  "key: value",
  "a.b.c",
  "/path/to/x",
  "x=1&y=2",
  "1.2.3",
  "null",
  '{"a":1}',
  "$HOME ${x}",
  "{{.x}}",
  "galera-prod-0",
  "10Gi",
];

const NUMBERS: readonly number[] = [
  0, 1, 2, 3, -1, 5, 10, 2.5, -0.5, 100, 8080, 1e6, 1e21, 1e-7, 123456789012,
];

/** Keys of data, with the kind of value that mostly stands there. */
const KEYS = {
  string: ["Name", "Image", "host", "text", "s"],
  number: ["N", "Port", "n", "f"],
  bool: ["Enabled", "on"],
  list: ["Items", "hosts", "L"],
  map: ["Params", "labels", "M", "spec"],
  nil: ["None", "nil"],
} as const;

type DataKind = keyof typeof KEYS;

const KINDS: readonly (readonly [number, DataKind])[] = [
  [6, "string"],
  [5, "number"],
  [3, "bool"],
  [4, "list"],
  [4, "map"],
  [1, "nil"],
];

/** The keys that data may have. */
export const ALL_KEYS: readonly string[] = Object.values(KEYS).flat();

/** What a template gets: mostly an object of several keys, now and then something else. */
export function makeData(random: Random): JsonValue {
  if (random.chance(0.03)) return random.pick<JsonValue>([null, "dot", 7, true, [], [1, "x"], {}]);
  return makeObject(random, 2, random.between(4, 9));
}

function makeObject(random: Random, depth: number, size: number): JsonObject {
  const made: Record<string, JsonValue> = {};
  for (let i = 0; i < size; i++) {
    const kind = random.weighted(KINDS);
    made[random.pick<string>(KEYS[kind])] = makeValue(random, random.chance(0.04) ? "nil" : kind, depth);
  }
  return made;
}

function makeValue(random: Random, kind: DataKind, depth: number): JsonValue {
  switch (kind) {
    case "string":
      return random.pick(STRINGS);
    case "number":
      return random.chance(0.6) ? random.between(-2, 12) : random.pick(NUMBERS);
    case "bool":
      return random.chance(0.6);
    case "nil":
      return null;
    case "list":
      return makeList(random, depth);
    case "map":
      return depth === 0 ? {} : makeObject(random, depth - 1, random.between(0, 4));
  }
}

/** Mostly of one kind, as lists in parameters are. */
function makeList(random: Random, depth: number): JsonValue[] {
  const kind = depth === 0 ? random.pick(["string", "number"] as const) : random.weighted(KINDS);
  const isMixed = random.chance(0.2);
  return random.many(0, 4, () =>
    makeValue(random, isMixed ? random.weighted(KINDS) : kind, Math.max(0, depth - 1)),
  );
}
