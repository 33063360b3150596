import { canonicalJson, type JsonObject, type JsonValue } from "../object/json.ts";
import { formatPointer } from "../object/jsonPointer.ts";

/** One step into an object: a field of a map, or an item of a list by its keys, its value or its position. */
export type PathSegment =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "key"; readonly keys: JsonObject; readonly index: number }
  | { readonly kind: "value"; readonly value: JsonValue; readonly index: number }
  | { readonly kind: "index"; readonly index: number };

/** A way from the root of an object to a value in it. */
export type FieldPath = readonly PathSegment[];

/** The path as an RFC 6901 pointer, items by their position. */
export function pointerOf(path: FieldPath): string {
  return formatPointer(path.map((segment) => (segment.kind === "field" ? segment.name : segment.index)));
}

/** Text that is equal for one field in two versions of an object, even when items of keyed lists moved. */
export function identityOf(path: FieldPath): string {
  return canonicalJson(path.map(stableForm));
}

function stableForm(segment: PathSegment): JsonValue {
  switch (segment.kind) {
    case "field":
      return segment.name;
    case "key":
      return segment.keys;
    case "value":
      return { value: segment.value };
    case "index":
      return segment.index;
  }
}

/** The names of the fields on the path, items left out. */
export function fieldNames(path: FieldPath): readonly string[] {
  return path.flatMap((segment) => (segment.kind === "field" ? [segment.name] : []));
}
