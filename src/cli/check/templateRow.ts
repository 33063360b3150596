import { isJsonObject, type JsonValue } from "../../object/json.ts";
import { SPRIG_VERSIONS, type SprigVersion, sprigVersionOf } from "../../template/functions/sprigVersion.ts";
import { findJsonFault } from "./jsonFault.ts";

/** What a template is expected to give. An error without a message may be any. */
export type Expectation =
  | { readonly kind: "output"; readonly text: string }
  | { readonly kind: "error"; readonly message: string | undefined };

/** One template with its data and what Go made of it. */
export interface TemplateRow {
  readonly name: string;
  readonly template: string;
  /** Null when the row has none. */
  readonly data: JsonValue;
  /** The Sprig whose functions it calls; our union when absent. */
  readonly sprig: SprigVersion | undefined;
  /** True when it calls Go's own functions only. */
  readonly isPlainGo: boolean;
  /** What `now` gives, in nanoseconds since 1970 UTC. */
  readonly now: bigint | undefined;
  readonly expected: Expectation;
}

/** Why a line is no row; the column counts from 1, in UTF-16 code units. */
export interface BadRow {
  readonly column: number;
  readonly message: string;
}

/** Reads one line of a file of rows; keys that it does not know are left alone. */
export function parseTemplateRow(line: string): TemplateRow | BadRow {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    const { at, message } = findJsonFault(line); // JSON.parse tells no place
    return { column: at + 1, message: `no JSON: ${message}` };
  }
  if (!isJsonObject(row)) return { column: 1, message: "expected an object" };
  const fault = (key: string, message: string): BadRow => ({ column: columnOf(line, key), message });
  const { name, template, data = null, sprig, functions, now } = row;
  if (typeof template !== "string") return fault("template", '"template" must be a string');
  if (name !== undefined && typeof name !== "string") return fault("name", '"name" must be a string');
  const version =
    typeof sprig === "string" || typeof sprig === "number" ? sprigVersionOf(String(sprig)) : undefined;
  if (sprig !== undefined && sprig !== null && version === undefined) {
    return fault("sprig", `"sprig" must be one of ${SPRIG_VERSIONS.join(", ")}`);
  }
  const moment = now === undefined || now === null ? undefined : nanosecondsOf(now);
  if (moment === null) return fault("now", '"now" must be a time like 2026-11-22T03:40:00Z');
  const expected = expectationOf(row.output, row.error);
  if (typeof expected === "string") return fault(row.output === undefined ? "error" : "output", expected);
  return {
    name: name ?? "",
    template,
    data,
    sprig: version,
    isPlainGo: functions === "go",
    now: moment,
    expected,
  };
}

function expectationOf(output: JsonValue | undefined, error: JsonValue | undefined): Expectation | string {
  const isNoError = error === undefined || error === null || error === false || error === "";
  if (output !== undefined && output !== null) {
    if (typeof output !== "string") return '"output" must be a string';
    return isNoError ? { kind: "output", text: output } : 'there is an "error" besides "output"';
  }
  if (error === true) return { kind: "error", message: undefined };
  if (typeof error === "string" && error !== "") return { kind: "error", message: error };
  return isNoError ? 'expected "output" or "error"' : '"error" must be a string or true';
}

/** Null when it is no time. */
function nanosecondsOf(value: JsonValue): bigint | null {
  if (typeof value !== "string") return null;
  const [, seconds = "", fraction = "", zone = ""] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(value) ?? [];
  const ms = Date.parse(seconds + zone);
  return Number.isNaN(ms) ? null : BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}

function columnOf(line: string, key: string): number {
  return Math.max(0, line.indexOf(`"${key}"`)) + 1;
}
