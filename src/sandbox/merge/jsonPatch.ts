import { deepEqual, isJsonObject, type JsonValue } from "../../object/json.ts";
import { formatPointer, parsePointer } from "../../object/jsonPointer.ts";

/** Result of a patch that has no types: the patched value, or why it could not be made. */
export type PatchOutcome =
  | { readonly kind: "patched"; readonly value: JsonValue }
  /** The patch itself is no patch: a bad request. */
  | { readonly kind: "malformed"; readonly message: string }
  /** The patch does not fit this object: a missing path, a failed test. */
  | { readonly kind: "inapplicable"; readonly message: string };

class Inapplicable extends Error {}
class Malformed extends Error {}

/** Applies a JSON patch; either all its operations succeed or none counts. @see RFC 6902 */
export function applyJsonPatch(target: JsonValue, patch: JsonValue): PatchOutcome {
  if (!Array.isArray(patch)) return { kind: "malformed", message: "a JSON patch is a list of operations" };
  try {
    return { kind: "patched", value: patch.reduce<JsonValue>(applyOperation, target) };
  } catch (error) {
    if (error instanceof Inapplicable) return { kind: "inapplicable", message: error.message };
    if (error instanceof Malformed) return { kind: "malformed", message: error.message };
    throw error;
  }
}

function applyOperation(target: JsonValue, operation: JsonValue): JsonValue {
  if (!isJsonObject(operation)) throw new Malformed("an operation of a JSON patch is a mapping");
  const path = pointerOf(operation.path);
  const value = (): JsonValue => {
    if (operation.value === undefined) throw new Malformed(`operation ${operation.op} needs a value`);
    return operation.value;
  };
  switch (operation.op) {
    case "add":
      return edit(target, path, "add", value());
    case "replace":
      return edit(target, path, "replace", value());
    case "remove":
      return edit(target, path, "remove");
    case "copy":
      return edit(target, path, "add", read(target, pointerOf(operation.from), "copy"));
    case "move": {
      const from = pointerOf(operation.from);
      const moved = read(target, from, "move");
      return edit(edit(target, from, "remove"), path, "add", moved);
    }
    case "test": {
      const found = find(target, path);
      if (!deepEqual(found ?? null, operation.value ?? null)) {
        throw new Inapplicable(`testing value ${operation.path} failed: test failed`);
      }
      return target;
    }
    default:
      throw new Malformed(`Unexpected kind: ${String(operation.op)}`);
  }
}

function pointerOf(pointer: JsonValue | undefined): readonly string[] {
  const path = typeof pointer === "string" ? parsePointer(pointer) : undefined;
  if (!path) throw new Malformed(`${JSON.stringify(pointer ?? null)} is no JSON pointer`);
  return path;
}

function find(target: JsonValue, path: readonly string[]): JsonValue | undefined {
  let current: JsonValue | undefined = target;
  for (const part of path) {
    if (Array.isArray(current)) current = current[Number(part)];
    else if (isJsonObject(current)) current = Object.hasOwn(current, part) ? current[part] : undefined;
    else return undefined;
  }
  return current;
}

function read(target: JsonValue, path: readonly string[], operation: string): JsonValue {
  const found = find(target, path);
  if (found === undefined) throw missing(operation, path);
  return found;
}

type Edit = "add" | "replace" | "remove";

function edit(target: JsonValue, path: readonly string[], how: Edit, value?: JsonValue): JsonValue {
  const [part, ...rest] = path;
  if (part === undefined) return how === "remove" ? null : (value ?? null);
  const editMember = (member: JsonValue | undefined): JsonValue => {
    if (member === undefined) throw missing(how, path);
    return edit(member, rest, how, value);
  };
  if (Array.isArray(target)) {
    const index = indexOf(part, target.length, how, rest.length === 0);
    if (rest.length > 0) return target.with(index, editMember(target[index]));
    if (how === "add") return target.toSpliced(index, 0, value ?? null);
    return how === "remove" ? target.toSpliced(index, 1) : target.with(index, value ?? null);
  }
  if (!isJsonObject(target)) throw missing(how, path);
  const own = Object.hasOwn(target, part) ? target[part] : undefined;
  if (rest.length > 0) return { ...target, [part]: editMember(own) };
  if (how === "add") return { ...target, [part]: value ?? null };
  if (own === undefined) throw missing(how, path);
  if (how === "replace") return { ...target, [part]: value ?? null };
  const { [part]: _, ...others } = target;
  return others;
}

function indexOf(part: string, length: number, how: Edit, isLast: boolean): number {
  if (part === "-" && how === "add" && isLast) return length;
  const index = /^-?\d+$/.test(part) ? Number(part) : Number.NaN;
  const limit = how === "add" && isLast ? length : length - 1;
  const absolute = index < 0 ? length + index : index;
  if (Number.isNaN(index) || absolute < 0 || absolute > limit) {
    throw new Inapplicable(`Unable to access invalid index: ${part}: invalid index referenced`);
  }
  return absolute;
}

function missing(operation: string, path: readonly string[]): Inapplicable {
  return new Inapplicable(
    `${operation} operation does not apply: doc is missing path: ${formatPointer(path)}: missing value`,
  );
}
