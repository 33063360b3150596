import type { Issue } from "../base/issue.ts";
import { issueAt, type YamlPath } from "../yaml/positionOf.ts";
import type { LoadedPackage } from "./loadedPackage.ts";

/** What `package verify --param-checks` may look at, besides `all`. */
export const PARAMETER_CHECKS = ["display", "hint", "desc", "type", "hasgroup", "groups"] as const;

/** One of the checks that must be asked for. */
export type ParameterCheck = (typeof PARAMETER_CHECKS)[number];

/** The texts that people read of a parameter or a group. */
interface Texts {
  readonly name: string;
  readonly displayName?: string;
  readonly description?: string;
}

/** A mistake of a field, or undefined. */
type Complaint = string | undefined;

/**
 * Warnings about the words of parameters and groups: rules 26 to 31 of package-format 9.6.
 *
 * @param checks  which rules to apply
 */
export function verifyTexts(
  { pkg, params }: LoadedPackage,
  checks: ReadonlySet<ParameterCheck>,
): readonly Issue[] {
  if (!params) return [];
  const issues: Issue[] = [];
  const warn = (path: YamlPath, message: Complaint): void => {
    if (message === undefined) return;
    issues.push(issueAt(params, path, { severity: "warning", code: "package.parameterText", message }));
  };
  pkg.parameters.forEach((parameter, index) => {
    const at = (field: string): YamlPath => ["parameters", index, field];
    const what = `parameter "${parameter.name}"`;
    if (checks.has("display")) warn(at("displayName"), displayProblem(parameter, what));
    if (checks.has("hint")) warn(at("hint"), hintProblem(parameter.hint, what));
    if (checks.has("desc")) warn(at("description"), descriptionProblem(parameter, what));
    if (checks.has("type") && parameter.type === "") warn(at("type"), `${what} has no type`);
    if (checks.has("hasgroup") && !parameter.group) warn(at("group"), `${what} has no group`);
  });
  if (!checks.has("groups")) return issues;
  pkg.groups.forEach((group, index) => {
    const what = `group "${group.name}"`;
    warn(["groups", index, "displayName"], displayProblem(group, what));
    warn(["groups", index, "description"], descriptionProblem(group, what));
  });
  return issues;
}

function displayProblem({ displayName = "" }: Texts, what: string): Complaint {
  if (displayName === "") return `${what} has no displayName`;
  if (displayName.endsWith(":")) return `the displayName of ${what} ends with a colon`;
  return beginsLow(displayName) ? `the displayName of ${what} begins with a lower-case letter` : undefined;
}

function hintProblem(hint = "", what: string): Complaint {
  if (hint === "") return `${what} has no hint`;
  return hint.endsWith(".") ? undefined : `the hint of ${what} does not end with a full stop`;
}

function descriptionProblem({ description = "" }: Texts, what: string): Complaint {
  if (description === "") return `${what} has no description`;
  if (beginsLow(description)) return `the description of ${what} begins with a lower-case letter`;
  return /[.!?)]$/.test(description)
    ? undefined
    : `the description of ${what} does not end with one of . ! ? )`;
}

function beginsLow(text: string): boolean {
  return /^\p{Ll}/u.test(text);
}
