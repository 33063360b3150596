import { isJsonObject, type JsonObject } from "../../object/json.ts";
import type { FieldType } from "../schema/fieldType.ts";
import { comparePathElements, parsePathElement } from "./pathElement.ts";

/**
 * A set of paths in an object, as a tree: `members` are paths that end here, `children` lead further.
 *
 * A set grows only while it is built, through {@link insertPath}; the operations below make new ones.
 */
export interface FieldSet {
  readonly members: Set<string>;
  readonly children: Map<string, FieldSet>;
}

/** A set without paths, to be filled by {@link insertPath}. */
export function emptySet(): FieldSet {
  return { members: new Set(), children: new Map() };
}

/** A set of the given paths, each a list of path elements. */
export function setOf(...paths: readonly (readonly string[])[]): FieldSet {
  const set = emptySet();
  for (const path of paths) insertPath(set, path);
  return set;
}

/** Adds a path to a set that is being built. The path of the whole object is nobody's and is left out. */
export function insertPath(set: FieldSet, path: readonly string[]): void {
  const last = path.at(-1);
  if (last === undefined) return;
  let node = set;
  for (const element of path.slice(0, -1)) {
    let child = node.children.get(element);
    if (!child) {
      child = emptySet();
      node.children.set(element, child);
    }
    node = child;
  }
  node.members.add(last);
}

/** Whether no field belongs to the set. */
export function isEmptySet(set: FieldSet): boolean {
  return set.members.size === 0 && [...set.children.values()].every(isEmptySet);
}

/** Whether the field at the path itself belongs to the set. */
export function hasPath(set: FieldSet, path: readonly string[]): boolean {
  let node: FieldSet | undefined = set;
  for (const element of path.slice(0, -1)) node = node?.children.get(element);
  return node?.members.has(path.at(-1) ?? "") ?? false;
}

/** The fields of either set. */
export function unionOf(a: FieldSet, b: FieldSet): FieldSet {
  const children = new Map(a.children);
  for (const [element, child] of b.children) {
    const own = children.get(element);
    children.set(element, own ? unionOf(own, child) : child);
  }
  return { members: a.members.union(b.members), children };
}

/** The fields of both sets. */
export function intersectionOf(a: FieldSet, b: FieldSet): FieldSet {
  return {
    members: a.members.intersection(b.members),
    children: mapChildren(a, (child, element) => {
      const other = b.children.get(element);
      return other ? intersectionOf(child, other) : undefined;
    }),
  };
}

/** The paths of `a` that are not in `b`; what lies below a path of `b` stays. */
export function differenceOf(a: FieldSet, b: FieldSet): FieldSet {
  return {
    members: a.members.difference(b.members),
    children: mapChildren(a, (child, element) => {
      const other = b.children.get(element);
      return other ? differenceOf(child, other) : child;
    }),
  };
}

/** The paths of `a` that are neither in `b` nor below a path of `b`. */
export function recursiveDifferenceOf(a: FieldSet, b: FieldSet): FieldSet {
  return {
    members: a.members.difference(b.members),
    children: mapChildren(a, (child, element) => {
      if (b.members.has(element)) return undefined;
      const other = b.children.get(element);
      return other ? recursiveDifferenceOf(child, other) : child;
    }),
  };
}

/** The set with every declared member on the way to a path added as a path of its own. */
export function withNamedFields(set: FieldSet, type: FieldType | undefined): FieldSet {
  const members = new Set(set.members);
  const children = new Map<string, FieldSet>();
  for (const [element, child] of set.children) {
    const field = element.startsWith("f:") ? type?.map?.fields.get(element.slice(2)) : undefined;
    if (field) members.add(element);
    const below = element.startsWith("f:")
      ? (field?.type ?? type?.map?.element)
      : element.startsWith("k:")
        ? type?.list?.element
        : undefined;
    children.set(element, withNamedFields(child, below));
  }
  return { members, children };
}

/** All paths: at each level those that end there, then those that go on. */
export function* pathsOf(set: FieldSet, prefix: readonly string[] = []): Generator<readonly string[]> {
  for (const member of [...set.members].sort(comparePathElements)) yield [...prefix, member];
  for (const element of [...set.children.keys()].sort(comparePathElements)) {
    yield* pathsOf(set.children.get(element) ?? emptySet(), [...prefix, element]);
  }
}

/** The form of `fieldsV1`; `.` marks a path that ends where others go on. */
export function fieldSetToJson(set: FieldSet): JsonObject {
  const json: Record<string, JsonObject> = {};
  const elements = [...new Set([...set.members, ...set.children.keys()])].sort(comparePathElements);
  for (const element of elements) {
    const child = set.children.get(element);
    const below = child ? fieldSetToJson(child) : {};
    const isBoth = set.members.has(element) && Object.keys(below).length > 0;
    json[element] = isBoth ? { ".": {}, ...below } : below;
  }
  return json;
}

/** Reads `fieldsV1`; elements of unknown kinds are dropped. */
export function fieldSetFromJson(json: JsonObject): FieldSet {
  const set = emptySet();
  for (const [text, below] of Object.entries(json)) {
    const element = text === "." ? undefined : parsePathElement(text);
    if (element === undefined || !isJsonObject(below)) continue;
    const keys = Object.keys(below);
    if (keys.length === 0 || keys.includes(".")) set.members.add(element);
    if (keys.some((key) => key !== ".")) set.children.set(element, fieldSetFromJson(below));
  }
  return set;
}

function mapChildren(
  set: FieldSet,
  map: (child: FieldSet, element: string) => FieldSet | undefined,
): Map<string, FieldSet> {
  const children = new Map<string, FieldSet>();
  for (const [element, child] of set.children) {
    const mapped = map(child, element);
    if (mapped && !isEmptySet(mapped)) children.set(element, mapped);
  }
  return children;
}
