import type { JsonValue } from "../../../src/object/json.ts";

/** What Go takes a value for, as far as a function's parameter cares. `int64` is what Sprig's arithmetic gives. */
export type Kind = "string" | "int" | "int64" | "float" | "bool" | "list" | "map" | "nil" | "any";

/** A value that a template can name. */
export interface Known {
  /** How it is written: `.a.b`, `$x`, `.`. */
  readonly path: string;
  readonly kind: Kind;
  /** The value itself, where the generator knows it. */
  readonly sample?: JsonValue;
}

/** What can be named at one place of a template. */
export interface Scope {
  readonly dot: Known;
  readonly root: Known;
  readonly variables: readonly Known[];
  readonly isInLoop: boolean;
  /** Names of templates that may be called. */
  readonly templates: readonly string[];
}

/** The kind of a value from JSON: every number is a float64. */
function kindOfJson(value: JsonValue): Kind {
  if (value === null) return "nil";
  if (Array.isArray(value)) return "list";
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
      return "float";
    case "boolean":
      return "bool";
    default:
      return "map";
  }
}

/** A value from JSON under a name. */
export function knownJson(path: string, sample: JsonValue): Known {
  return { path, kind: kindOfJson(sample), sample };
}

/** The scope at the beginning of a template. */
export function scopeOf(data: JsonValue, templates: readonly string[]): Scope {
  return { dot: knownJson(".", data), root: knownJson("$", data), variables: [], isInLoop: false, templates };
}

const WORD = /^[\p{L}_][\p{L}\p{Nd}_]*$/u;

/** Everything that can be named, fields of fields included. */
export function placesIn(scope: Scope): Known[] {
  return [scope.dot, scope.root, ...scope.variables].flatMap((known) => placesOf(known, 3));
}

function placesOf(known: Known, depth: number): Known[] {
  const { sample } = known;
  if (sample === null || typeof sample !== "object" || Array.isArray(sample) || depth === 0) return [known];
  const start = known.path === "." ? "" : known.path;
  const fields = Object.entries(sample).filter(([key]) => WORD.test(key));
  return [
    known,
    ...fields.flatMap(([key, value]) =>
      placesOf(knownJson(`${start}.${key}`, value as JsonValue), depth - 1),
    ),
  ];
}
