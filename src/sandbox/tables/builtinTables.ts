import { clusterTables } from "./clusterTables.ts";
import { podTable } from "./podTable.ts";
import { age, NAME, type TableSpec, text } from "./tableSpec.ts";
import { workloadTables } from "./workloadTables.ts";

/** Kinds without a table of their own show their name and when they were made. */
const PLAIN: TableSpec = {
  columns: [NAME, { name: "Created At", type: "date" }],
  cells: ({ metadata }) => [metadata.name ?? "", metadata.creationTimestamp ?? null],
};

/** Kinds whose table is name and age. */
const AGED: TableSpec = {
  columns: [NAME, text("Age")],
  cells: (object, now) => [object.metadata.name ?? "", age(object, now)],
};

const TABLES: Readonly<Record<string, TableSpec>> = {
  "/pods": podTable,
  "/serviceaccounts": AGED,
  ...workloadTables,
  ...clusterTables,
};

/** The table of a built-in kind. */
export function builtinTable(storageKey: string): TableSpec {
  return TABLES[storageKey] ?? PLAIN;
}
