import { asList, asObject, asString, type JsonValue, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";

/** One column; absent members mean a text of priority 0. Priority above 0 shows with `-o wide`. */
export interface TableColumn {
  readonly name: string;
  readonly type?: "string" | "integer" | "boolean" | "date" | "number";
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
}

/** How one kind prints: its columns, and the cells of one object in their order. */
export interface TableSpec {
  readonly columns: readonly TableColumn[];
  readonly cells: (object: KubeObject, now: number) => readonly JsonValue[];
}

/** The first column of every table. */
export const NAME: TableColumn = {
  name: "Name",
  format: "name",
  description: "Name must be unique within a namespace.",
};

/** A column of text. */
export function text(name: string, priority = 0): TableColumn {
  return { name, priority };
}

/** A column of whole numbers. */
export function integer(name: string): TableColumn {
  return { name, type: "integer" };
}

/** `<none>` for an empty text. */
export function orNone(value: string | undefined): string {
  return value === undefined || value === "" ? "<none>" : value;
}

/** Age of an object, as the server words it. */
export function age(object: KubeObject, now: number): string {
  return since(object.metadata.creationTimestamp, now);
}

/** Time since an RFC 3339 text; `<unknown>` without one. */
export function since(time: string | undefined, now: number): string {
  if (time === undefined) return "<unknown>";
  return humanDuration(now - Date.parse(time));
}

/** A span as Kubernetes prints it. @see apimachinery/pkg/util/duration, HumanDuration */
export function humanDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return withRest(minutes, "m", seconds % 60, "s");
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return withRest(hours, "h", minutes % 60, "m");
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 192) return withRest(days, "d", hours % 24, "h");
  if (days < 730) return `${days}d`;
  const years = Math.floor(days / 365);
  return days < 365 * 8 ? withRest(years, "y", days % 365, "d") : `${years}y`;
}

function withRest(amount: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${amount}${unit}` : `${amount}${unit}${rest}${restUnit}`;
}

/** Names and images of a pod template's containers. */
export function containersOf(object: KubeObject, ...path: readonly string[]): readonly [string, string] {
  const containers = asList(valueAt(object, ...path, "containers")).map(asObject);
  return [
    containers.map(({ name }) => asString(name) ?? "").join(","),
    containers.map(({ image }) => asString(image) ?? "").join(","),
  ];
}

/** A number of an object, 0 when it is not there. */
export function count(object: KubeObject, ...path: readonly string[]): number {
  return Number(valueAt(object, ...path) ?? 0);
}
