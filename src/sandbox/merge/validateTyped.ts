import { isJsonObject, type JsonValue } from "../../object/json.ts";
import type { FieldType, ListType, MapType, Scalar } from "../schema/fieldType.ts";
import { formatGoValue } from "./formatGoValue.ts";
import { fieldElement, formatPath, itemElement } from "./pathElement.ts";
import { narrowType } from "./typeShape.ts";

/** A place where a value does not fit its type, in the words of the real server. */
interface Misfit {
  readonly path: readonly string[];
  readonly message: string;
}

/** What is forgiven when a value is held to its schema. */
export interface ValidateTypedOptions {
  /** Objects that are stored already may hold equal list items; an applied one may not. */
  readonly allowDuplicates: boolean;
}

/** What keeps a value from being merged, as one text, or `undefined` when nothing does. */
export function validateTyped(
  type: FieldType,
  value: JsonValue,
  { allowDuplicates }: ValidateTypedOptions,
): string | undefined {
  const misfits: Misfit[] = [];
  visit(type, value, [], { misfits, allowDuplicates });
  const texts = misfits.map(({ path, message }) =>
    path.length > 0 ? `${formatPath(path)}: ${message}` : message,
  );
  return texts.length > 1 ? `errors:\n${texts.map((text) => `  ${text}`).join("\n")}` : texts[0];
}

interface Walk {
  readonly misfits: Misfit[];
  readonly allowDuplicates: boolean;
}

function visit(type: FieldType, value: JsonValue, path: readonly string[], walk: Walk): void {
  const { map, scalar, list } = narrowType(type, value);
  const report = (message: string): void => {
    walk.misfits.push({ path, message });
  };
  if (map) {
    if (isJsonObject(value)) visitMembers(map, value as Record<string, JsonValue>, path, walk);
    else if (value !== null) report(`expected map, got &{${formatGoValue(value, "%v")}}`);
  } else if (scalar) {
    const message = value === null ? undefined : scalarMisfit(scalar, value);
    if (message) report(message);
  } else if (list) {
    if (Array.isArray(value)) visitItems(list, value, path, walk);
    else if (value !== null) report(`expected list, got &{${formatGoValue(value, "%v")}}`);
  }
}

function visitMembers(
  map: MapType,
  value: Readonly<Record<string, JsonValue>>,
  path: readonly string[],
  walk: Walk,
): void {
  for (const [name, member] of Object.entries(value)) {
    const at = [...path, fieldElement(name)];
    const type = map.fields.get(name)?.type ?? map.element;
    if (!type) {
      walk.misfits.push({ path: at, message: "field not declared in schema" });
      return; // the real server, too, names one at a time
    }
    visit(type, member, at, walk);
  }
}

function visitItems(list: ListType, items: readonly JsonValue[], path: readonly string[], walk: Walk): void {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    let element = `i:${index}`;
    if (list.relationship === "associative") {
      const known = itemElement(list, item);
      if (known.kind === "unusable") {
        walk.misfits.push({ path, message: `element ${index}: ${known.message}` });
        return;
      }
      element = known.element;
      if (seen.has(element) && !walk.allowDuplicates) {
        walk.misfits.push({ path, message: `duplicate entries for key ${formatPath([element])}` });
      }
      seen.add(element);
    }
    visit(list.element, item, [...path, element], walk);
  }
}

function scalarMisfit(scalar: Scalar, value: JsonValue): string | undefined {
  const isScalar = typeof value !== "object";
  switch (scalar) {
    case "numeric":
      return typeof value === "number"
        ? undefined
        : `expected numeric (int or float), got ${formatGoValue(value, "%T")}`;
    case "string":
      return typeof value === "string"
        ? undefined
        : `expected string, got &value.valueUnstructured{Value:${formatGoValue(value, "%#v")}}`;
    case "boolean":
      return typeof value === "boolean"
        ? undefined
        : `expected boolean, got &{${formatGoValue(value, "%v")}}`;
    case "untyped":
      return isScalar ? undefined : `expected any scalar, got &{${formatGoValue(value, "%v")}}`;
  }
}
