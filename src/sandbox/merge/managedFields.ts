import { asList, isJsonObject, type JsonObject, type JsonValue } from "../../object/json.ts";
import { type FieldSet, fieldSetFromJson, fieldSetToJson } from "./fieldSet.ts";

/** Who wrote: two entries of managedFields with the same id are the same writer. */
export interface Writer {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource: string;
}

/** One entry of managedFields. */
export interface ManagedEntry {
  readonly writer: Writer;
  readonly set: FieldSet;
  /** RFC 3339; some entries have none. */
  readonly time: string | undefined;
}

/** Entries by the id of their writer. */
export type ManagedEntries = ReadonlyMap<string, ManagedEntry>;

/** Identity of a writer. The version counts for updates only: whoever applies stays the same across versions. */
export function writerId({ manager, operation, apiVersion, subresource }: Writer): string {
  return JSON.stringify({
    manager,
    operation,
    ...(operation === "Update" ? { apiVersion } : {}),
    ...(subresource ? { subresource } : {}),
  });
}

/** Reads `metadata.managedFields`; `undefined` when an entry is malformed. */
export function parseManagedFields(list: JsonValue | undefined): ManagedEntries | undefined {
  const entries = new Map<string, ManagedEntry>();
  for (const item of asList(list)) {
    const entry = isJsonObject(item) ? parseEntry(item) : undefined;
    if (!entry) return undefined;
    entries.set(writerId(entry.writer), entry);
  }
  return entries;
}

function parseEntry(item: JsonObject): ManagedEntry | undefined {
  const { manager = "", operation, apiVersion, subresource = "", fieldsType, fieldsV1, time } = item;
  if (operation !== "Apply" && operation !== "Update") return undefined;
  if (typeof apiVersion !== "string" || apiVersion === "" || fieldsType !== "FieldsV1") return undefined;
  if (typeof manager !== "string" || typeof subresource !== "string") return undefined;
  return {
    writer: { manager, operation, apiVersion, subresource },
    set: fieldSetFromJson(isJsonObject(fieldsV1) ? fieldsV1 : {}),
    time: typeof time === "string" ? time : undefined,
  };
}

/** The form on the wire: appliers first, then by time, manager, version and subresource. */
export function formatManagedFields(entries: ManagedEntries): readonly JsonObject[] {
  return [...entries.values()].sort(compareEntries).map(({ writer, set, time }) => ({
    manager: writer.manager,
    operation: writer.operation,
    apiVersion: writer.apiVersion,
    ...(time === undefined ? {} : { time }),
    fieldsType: "FieldsV1",
    fieldsV1: fieldSetToJson(set),
    ...(writer.subresource ? { subresource: writer.subresource } : {}),
  }));
}

function compareEntries(a: ManagedEntry, b: ManagedEntry): number {
  return (
    compareText(a.writer.operation, b.writer.operation) ||
    seconds(a.time) - seconds(b.time) ||
    compareText(a.writer.manager, b.writer.manager) ||
    compareText(a.writer.apiVersion, b.writer.apiVersion) ||
    compareText(a.writer.subresource, b.writer.subresource)
  );
}

function seconds(time: string | undefined): number {
  return time === undefined ? 0 : Math.floor(Date.parse(time) / 1000);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** True for a list that a client sends to start ownership anew: `[]` or `[{}]`. */
export function resetsManagedFields(list: JsonValue | undefined): boolean {
  if (!Array.isArray(list)) return false;
  const [first] = list;
  return list.length === 0 || (list.length === 1 && isJsonObject(first) && Object.keys(first).length === 0);
}
