import type * as z from "zod";
import type { Issue } from "../base/issue.ts";
import { didYouMean } from "../base/nearest.ts";
import type { ParsedDocument } from "../yaml/parseYaml.ts";
import { issueAt } from "../yaml/positionOf.ts";
import { configSchema, KEYS, type ParsedConfig } from "./configSchema.ts";
import type { Overlay } from "./overlays.ts";

/** The file, and what is put over it, in order. */
export interface Origins {
  readonly document: ParsedDocument | undefined;
  readonly overlays: readonly Overlay[];
}

type Path = readonly (string | number)[];

/** Validates the overlaid configuration. Issues name the flag, the variable or the place in the file. */
export function parseConfig(origins: Origins): {
  readonly config?: ParsedConfig;
  readonly issues: readonly Issue[];
} {
  const result = configSchema.safeParse(overlaid(origins));
  if (!result.success) return { issues: result.error.issues.flatMap((issue) => toIssues(origins, issue)) };
  const issues = rulesOverKeys(origins, result.data);
  return issues.length > 0 ? { issues } : { config: result.data, issues };
}

/** Rules that more than one key takes part in. */
function rulesOverKeys(origins: Origins, { http, sources }: ParsedConfig): readonly Issue[] {
  const issues: Issue[] = [];
  const report = (path: Path, code: string, message: string): void => {
    issues.push(locate(origins, path, code, message, "key"));
  };
  if (http.read === "token" && http.tokenFile === undefined)
    report(["http", "read"], "config.tokenFileMissing", "read: token needs http.tokenFile");
  const names = new Set<string>();
  for (const [index, { name, interval, schedule, timeZone }] of sources.entries()) {
    const at = (key: string): Path => ["sources", index, key];
    if (names.has(name)) report(at("name"), "config.duplicateSource", `a second source is named "${name}"`);
    names.add(name);
    if (interval !== undefined && schedule !== undefined)
      report(at("schedule"), "config.intervalAndSchedule", "give interval or schedule, not both");
    if (timeZone !== undefined && schedule === undefined)
      report(at("timeZone"), "config.timeZone", "timeZone belongs to schedule");
  }
  return issues;
}

function overlaid({ document, overlays }: Origins): unknown {
  const root = structuredClone(document?.value ?? {}) as Record<string, unknown>;
  if (typeof root !== "object" || Array.isArray(root)) return root; // the schema says what it should be
  for (const { path, value } of overlays) {
    let target: Record<string, unknown> = root;
    for (const key of path.slice(0, -1)) {
      const next = target[key];
      const isMap = typeof next === "object" && next !== null && !Array.isArray(next);
      if (!isMap) target[key] = {};
      target = target[key] as Record<string, unknown>;
    }
    target[path.at(-1) ?? ""] = value;
  }
  return root;
}

function toIssues(origins: Origins, issue: z.core.$ZodIssue): readonly Issue[] {
  const path = issue.path.filter((part) => typeof part !== "symbol");
  if (issue.code === "unrecognized_keys") {
    const known = KEYS[path.filter((part) => typeof part === "string").join(".")] ?? [];
    return issue.keys.map((key) => {
      const message = `unknown key "${key}"${didYouMean(key, known)}`;
      return locate(origins, [...path, key], "config.unknownKey", message, "key");
    });
  }
  const name = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
  const message = `${name.replace(/^\./, "") || "the configuration"}: ${wordsOf(issue)}`;
  return [locate(origins, path, "config.value", message)];
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type" && issue.message.endsWith("received undefined")) return "is missing";
  if (issue.code === "invalid_value") return `must be one of ${issue.values.map(String).join(", ")}`;
  return issue.message.replace(/^Invalid input: /, "").replace(/^[A-Z]/, (letter) => letter.toLowerCase());
}

function locate(
  { document, overlays }: Origins,
  path: Path,
  code: string,
  message: string,
  part: "key" | "value" = "value",
): Issue {
  const overlay = overlays.findLast((candidate) => candidate.path.join(".") === path.join("."));
  if (overlay) return { severity: "error", code, message: `${overlay.origin}: ${message}` };
  if (!document) return { severity: "error", code, message };
  return issueAt(document, path, { severity: "error", code, message, part });
}
