import type { Issue } from "../base/issue.ts";
import { didYouMean } from "../base/nearest.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../object/json.ts";
import { formatGoFloat } from "../yaml/goNumber.ts";
import type { ParsedDocument } from "../yaml/parseYaml.ts";
import { issueAt, type YamlPath } from "../yaml/positionOf.ts";

/**
 * Reads the fields of one mapping as KUDO's typed decoder does: names regardless of case, numbers and booleans taken
 * for text where text is wanted, null as absent. A value of a wrong type is an issue, and then absent.
 */
export interface ObjectReader {
  readonly path: YamlPath;
  readonly value: JsonObject;
  text(name: string): string | undefined;
  flag(name: string): boolean | undefined;
  integer(name: string): number | undefined;
  /** The value whatever it is; `undefined` for null and for none. */
  any(name: string): JsonValue | undefined;
  texts(name: string): readonly string[];
  objects(name: string): readonly ObjectReader[];
  object(name: string): ObjectReader | undefined;
  /** Path of a field as it is written in the file. */
  pathOf(name: string): YamlPath;
  report(name: string | undefined, issue: FieldIssue): void;
  /** A warning for each field that is none of these. */
  warnUnknown(known: readonly string[], what: string): void;
}

/** What is wrong with a field; `part` says what of it the place is, the value by default. */
export type FieldIssue = Pick<Issue, "code" | "message" | "hint"> & {
  readonly severity?: Issue["severity"];
  readonly part?: "key" | "value";
};

/** A reader for a mapping of a document; `undefined`, and an issue, when the value is something else. */
export function readObject(
  document: ParsedDocument,
  path: YamlPath,
  value: JsonValue | undefined,
  issues: Issue[],
): ObjectReader | undefined {
  if (isJsonObject(value)) return createReader(document, path, value, issues);
  issues.push(
    issueAt(document, path, {
      severity: "error",
      ...wrongType(String(path.at(-1) ?? "this"), "a mapping", value),
    }),
  );
  return undefined;
}

function createReader(
  document: ParsedDocument,
  path: YamlPath,
  value: JsonObject,
  issues: Issue[],
): ObjectReader {
  const keyOf = (name: string): string =>
    Object.hasOwn(value, name)
      ? name
      : (Object.keys(value).find((key) => key.toLowerCase() === name.toLowerCase()) ?? name);
  const any = (name: string): JsonValue | undefined => {
    const key = keyOf(name);
    return Object.hasOwn(value, key) ? (value[key] ?? undefined) : undefined;
  };
  const pathOf = (name: string): YamlPath => [...path, keyOf(name)];
  const report = (name: string | undefined, { severity = "error", ...issue }: FieldIssue): void => {
    issues.push(issueAt(document, name === undefined ? path : pathOf(name), { severity, ...issue }));
  };
  /** The value when `accept` takes it; else an issue. */
  const typed = <T>(name: string, wanted: string, accept: (v: JsonValue) => T | undefined): T | undefined => {
    const given = any(name);
    if (given === undefined) return undefined;
    const accepted = accept(given);
    if (accepted === undefined) report(name, wrongType(name, wanted, given));
    return accepted;
  };
  const list = (name: string): readonly JsonValue[] =>
    typed(name, "a list", (given) => (Array.isArray(given) ? (given as readonly JsonValue[]) : undefined)) ??
    [];
  return {
    path,
    value,
    text: (name) => typed(name, "text", asText),
    flag: (name) => typed(name, "true or false", (v) => (typeof v === "boolean" ? v : undefined)),
    integer: (name) => typed(name, "an integer", (v) => (Number.isInteger(v) ? (v as number) : undefined)),
    any,
    texts: (name) =>
      list(name).flatMap((item, index) => {
        const text = item === null ? "" : asText(item);
        if (text !== undefined) return [text];
        issues.push(
          issueAt(document, [...pathOf(name), index], {
            severity: "error",
            ...wrongType(name, "a list of text", item),
          }),
        );
        return [];
      }),
    objects: (name) =>
      list(name).flatMap((item, index) =>
        item === null ? [] : (readObject(document, [...pathOf(name), index], item, issues) ?? []),
      ),
    object: (name) =>
      any(name) === undefined ? undefined : readObject(document, pathOf(name), any(name), issues),
    pathOf,
    report,
    warnUnknown: (known, what) => {
      const lower = new Set(known.map((name) => name.toLowerCase()));
      for (const key of Object.keys(value)) {
        if (lower.has(key.toLowerCase())) continue;
        report(key, {
          severity: "warning",
          code: "package.unknownField",
          message: `${what} has no field "${key}"${didYouMean(key, known)}`,
          part: "key",
        });
      }
    },
  };
}

/** A scalar as sigs.k8s.io/yaml puts it into a text field; `undefined` for lists and mappings. */
function asText(value: JsonValue): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  if (typeof value !== "number") return undefined;
  return Number.isInteger(value) ? BigInt(value).toString() : formatGoFloat(value, 32);
}

function wrongType(
  name: string,
  wanted: string,
  given: unknown,
): { readonly code: string; readonly message: string } {
  return { code: "package.type", message: `${name} must be ${wanted}, not ${describe(given)}` };
}

/** What kind of value something is, in words. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  return typeof value === "string" ? "text" : typeof value === "boolean" ? "a boolean" : "a number";
}
