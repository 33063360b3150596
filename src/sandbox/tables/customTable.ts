import { isJsonObject, type JsonValue } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { PrinterColumn } from "../registry/resourceType.ts";
import { age, NAME, since, type TableColumn, type TableSpec, text } from "./tableSpec.ts";

/** The table of a custom kind: its declared columns, or the age when it declares none. */
export function customTable(columns: readonly PrinterColumn[]): TableSpec {
  if (columns.length === 0) {
    return {
      columns: [NAME, text("Age")],
      cells: (object, now) => [object.metadata.name ?? "", age(object, now)],
    };
  }
  const readers = columns.map(({ jsonPath }) => pathReader(jsonPath));
  return {
    columns: [NAME, ...columns.map(declared)],
    cells: (object, now) => [
      object.metadata.name ?? "",
      ...columns.map((column, index) => cell(readers[index]?.(object), column, now)),
    ],
  };
}

function declared({ name, type, format, description, priority }: PrinterColumn): TableColumn {
  return { name, type: type as NonNullable<TableColumn["type"]>, format, description, priority };
}

function cell(value: JsonValue | undefined, { type }: PrinterColumn, now: number): JsonValue {
  if (value === undefined || value === null) return null;
  switch (type) {
    case "date":
      return typeof value === "string" ? since(value, now) : "<invalid>";
    case "integer":
    case "number":
      return Number.isFinite(Number(value)) ? Number(value) : null;
    case "boolean":
      return value === true || value === "true";
    default:
      return typeof value === "object" ? JSON.stringify(value) : String(value);
  }
}

/** Compiles the JSONPath of a column: members, indexes, `['quoted']`, `[*]` and `[?(@.a=="b")]`; the first hit counts. */
function pathReader(path: string): (object: KubeObject) => JsonValue | undefined {
  const steps: ((values: readonly JsonValue[]) => readonly JsonValue[])[] = [];
  const token =
    /\.((?:[^.[\]\\]|\\.)+)|\[\?\(@\.([^=!<>\s]+)\s*(==|!=)\s*(?:"([^"]*)"|'([^']*)'|([^)\s]+))\s*\)\]|\[(\*)\]|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]/g;
  for (const [, member, key, operator, double, single, bare, star, index, quoted] of path.matchAll(token)) {
    const name = (member ?? quoted)?.replace(/\\(.)/g, "$1");
    if (key !== undefined) {
      const wanted = double ?? single ?? bare ?? "";
      const keys = key.split(".");
      steps.push((values) =>
        values
          .flatMap((value) => (Array.isArray(value) ? (value as readonly JsonValue[]) : []))
          .filter((item) => (String(lookUp(item, keys)) === wanted) === (operator === "==")),
      );
    } else if (star !== undefined || name === "*") {
      steps.push((values) =>
        values.flatMap((value) => (Array.isArray(value) ? (value as readonly JsonValue[]) : [])),
      );
    } else if (index !== undefined) {
      steps.push((values) =>
        values.flatMap((value) =>
          Array.isArray(value) && value.length > Number(index) ? [value[Number(index)] as JsonValue] : [],
        ),
      );
    } else if (name !== undefined) {
      steps.push((values) =>
        values.flatMap((value) => {
          const found = lookUp(value, [name]);
          return found === undefined ? [] : [found];
        }),
      );
    }
  }
  return (object) => steps.reduce<readonly JsonValue[]>((values, step) => step(values), [object])[0];
}

function lookUp(value: JsonValue, keys: readonly string[]): JsonValue | undefined {
  let current: JsonValue | undefined = value;
  for (const key of keys) {
    if (!isJsonObject(current)) return undefined;
    current = Object.hasOwn(current, key) ? current[key] : undefined;
  }
  return current;
}
