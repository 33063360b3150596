import { asList, asObject, asString, deepEqual, isJsonObject, type JsonObject } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import type { FieldPath, PathSegment } from "./fieldPath.ts";

/** Who wrote a live value and when that manager last wrote; null where Kubernetes does not know. */
export interface Attribution {
  readonly manager: string | null;
  /** RFC 3339. */
  readonly time: string | null;
}

const NOBODY: Attribution = { manager: null, time: null };

/**
 * Finds in `managedFields` who owns the live value at a path, other than ourselves; the latest writer of several.
 *
 * A removed field leaves nobody behind, and `kubectl scale` leaves a manager without a time.
 *
 * @param ourManager  our own field manager on the object, which is never the answer
 */
export function attribute(live: KubeObject, path: FieldPath, ourManager: string): Attribution {
  let last: Attribution | undefined;
  for (const entry of asList(live.metadata.managedFields).filter(isJsonObject)) {
    const manager = asString(entry.manager);
    if (!manager || manager === ourManager || !owns(asObject(entry.fieldsV1), path)) continue;
    const time = asString(entry.time) ?? null;
    if (!last || (time ?? "") > (last.time ?? "")) last = { manager, time };
  }
  return last ?? NOBODY;
}

/** A set of fields that ends before the path does owns everything below its end. */
function owns(fields: JsonObject, path: FieldPath): boolean {
  const [segment, ...rest] = path;
  if (!segment) return true;
  if (Object.keys(fields).length === 0) return true;
  const next = memberOf(fields, segment);
  return next !== undefined && owns(next, rest);
}

function memberOf(fields: JsonObject, segment: PathSegment): JsonObject | undefined {
  switch (segment.kind) {
    case "field": {
      const member = fields[`f:${segment.name}`];
      return isJsonObject(member) ? member : undefined;
    }
    case "key":
      return findMember(fields, "k:", segment.keys);
    case "value":
      return findMember(fields, "v:", segment.value);
    case "index":
      return findMember(fields, "i:", segment.index);
  }
}

function findMember(fields: JsonObject, prefix: string, wanted: unknown): JsonObject | undefined {
  for (const [name, member] of Object.entries(fields)) {
    if (
      name.startsWith(prefix) &&
      isJsonObject(member) &&
      deepEqual(parse(name.slice(prefix.length)), wanted)
    )
      return member;
  }
  return undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not a key as Kubernetes writes them: equals nothing
  }
}
