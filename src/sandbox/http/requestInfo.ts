/** A path that names a resource, one object, or a part of one. */
export interface ResourcePath {
  readonly kind: "resource";
  readonly apiVersion: string;
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource: string;
}

/** Any other path, by its segments. */
export interface OtherPath {
  readonly kind: "other";
  readonly segments: readonly string[];
}

/** Parts of a namespace itself, where other kinds of it would stand. */
const NAMESPACE_PARTS = new Set(["status", "finalize"]);

/** Reads `/api/v1/…` and `/apis/<group>/<version>/…`; names are percent-decoded. */
export function parsePath(path: string): ResourcePath | OtherPath {
  const segments = path
    .split("/")
    .filter((part) => part !== "")
    .map(decodeSegment);
  const other: OtherPath = { kind: "other", segments };
  const [root, ...rest] = segments;
  if (root === "api" && rest.length >= 2) return resourcePath("", rest[0] ?? "", rest.slice(1));
  if (root === "apis" && rest.length >= 3) return resourcePath(rest[0] ?? "", rest[1] ?? "", rest.slice(2));
  return other;
}

function resourcePath(group: string, version: string, parts: readonly string[]): ResourcePath {
  const apiVersion = group === "" ? version : `${group}/${version}`;
  const base = { kind: "resource", apiVersion, group, version } as const;
  const [first = "", second, third, ...rest] = parts;
  if (first === "namespaces" && third !== undefined && !NAMESPACE_PARTS.has(third)) {
    const [name, ...tail] = rest;
    return {
      ...base,
      plural: third,
      ...(second === undefined ? {} : { namespace: second }),
      ...(name === undefined ? {} : { name }),
      subresource: tail.join("/"),
    };
  }
  return {
    ...base,
    plural: first,
    ...(second === undefined ? {} : { name: second }),
    subresource: [third, ...rest].filter((part) => part !== undefined).join("/"),
  };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A stray percent sign names nothing; the segment as it is will not be found either.
    return segment;
  }
}
