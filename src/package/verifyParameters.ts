import type { Issue } from "../base/issue.ts";
import { didYouMean } from "../base/nearest.ts";
import { asList, asObject, type JsonValue } from "../object/json.ts";
import { issueAt } from "../yaml/positionOf.ts";
import type { LoadedPackage } from "./loadedPackage.ts";
import type { Parameter } from "./operatorPackage.ts";
import { isAllowed, PARAMETER_TYPES, typeProblem } from "./parameterType.ts";
import { describe, type FieldIssue } from "./readObject.ts";

/**
 * Mistakes in params.yaml: rules 1, 2, 12 to 16 of package-format 9.6, and unknown types.
 *
 * An unquoted integer is a valid default of an integer, where KUDO's verify refuses it.
 */
export function verifyParameters({ pkg, params }: LoadedPackage): readonly Issue[] {
  if (!params) return [];
  const issues: Issue[] = [];
  const raw = asList(asObject(params.value).parameters);
  pkg.parameters.forEach((parameter, index) => {
    const report: Report = (field, { severity = "error", ...issue }) => {
      issues.push(issueAt(params, ["parameters", index, ...(field ?? [])], { severity, ...issue }));
    };
    verifyName(parameter, pkg.parameters.slice(0, index), report);
    verifyType(parameter, report);
    verifyValues(parameter, asObject(raw[index]).default, report);
    verifyAttributes(parameter, report);
    verifyGroupOf(
      parameter,
      pkg.groups.map(({ name }) => name),
      report,
    );
  });
  pkg.groups.forEach(({ name }, index) => {
    const report = (message: string): void => {
      issues.push(
        issueAt(params, ["groups", index, "name"], { severity: "error", code: "package.group", message }),
      );
    };
    if (name === "") report("the group has no name");
    if (name.includes("/")) report(`the name of the group "${name}" contains a slash`);
    if (pkg.groups.findIndex((group) => group.name === name) < index)
      report(`the group "${name}" is declared twice`);
  });
  return issues;
}

type Report = (field: readonly (string | number)[] | undefined, issue: FieldIssue) => void;

function verifyName({ name }: Parameter, earlier: readonly Parameter[], report: Report): void {
  const code = "package.parameterName";
  if (name === "") report(undefined, { code, message: "the parameter has no name" });
  if (/[;,]/.test(name)) report(["name"], { code, message: `the name "${name}" contains ; or ,` });
  const twin = earlier.find((other) => other.name.toLowerCase() === name.toLowerCase());
  if (twin)
    report(["name"], {
      code,
      message: `parameter "${name}" is defined twice, names are compared regardless of case`,
    });
}

function verifyType({ name, type }: Parameter, report: Report): void {
  if (type === "" || PARAMETER_TYPES.includes(type)) return;
  report(["type"], {
    severity: "warning",
    code: "package.parameterType",
    message: `parameter "${name}" has the unknown type "${type}"${didYouMean(type, PARAMETER_TYPES)}`,
    hint: `it behaves as text without validation; the types are ${PARAMETER_TYPES.join(", ")}`,
  });
}

function verifyValues(parameter: Parameter, given: JsonValue | undefined, report: Report): void {
  const { name, type, enum: allowed } = parameter;
  if (allowed && allowed.length === 0)
    report(["enum"], { code: "package.enum", message: `parameter "${name}" allows no value: enum is empty` });
  allowed?.forEach((entry, index) => {
    const problem = typeProblem(entry, type);
    if (problem)
      report(["enum", index], {
        code: "package.enum",
        message: `parameter "${name}" is of type ${type}: ${problem}`,
      });
  });
  if (parameter.default === undefined || given === undefined || given === null) return;
  const problem = defaultProblem(parameter, given);
  if (problem)
    report(["default"], {
      code: "package.default",
      message: `parameter "${name}" is of type ${type || "string"}: ${problem}`,
    });
  else if (!isAllowed(parameter.default, parameter))
    report(["default"], {
      code: "package.default",
      message: `the default of parameter "${name}" is not in its enum`,
    });
}

/** A text that stands for an array or map is quoted once more when it is stored, and then is none. */
function defaultProblem({ type, default: text = "" }: Parameter, given: JsonValue): string | undefined {
  if (typeof given === "string" && (type === "array" || type === "map"))
    return `the default must be a YAML ${type === "array" ? "list" : "mapping"}, not text`;
  if (typeof given === "object" && type !== "array" && type !== "map")
    return `the default must not be ${describe(given)}`;
  if (type === "string" && typeof given !== "string")
    return `the default must be text, not ${describe(given)}; put it in quotes`;
  return text === "" ? undefined : typeProblem(text, type);
}

function verifyAttributes(parameter: Parameter, report: Report): void {
  const { name, required, immutable, advanced } = parameter;
  const hasDefault = parameter.default !== undefined;
  if (immutable && !required && !hasDefault)
    report(["immutable"], {
      code: "package.immutable",
      message: `parameter "${name}" is immutable and needs a default or required: true`,
    });
  if (advanced && required && !hasDefault)
    report(["advanced"], {
      code: "package.advanced",
      message: `parameter "${name}" is advanced and required and has no default`,
    });
}

function verifyGroupOf({ name, group }: Parameter, groups: readonly string[], report: Report): void {
  if (!group) return;
  const message = group.includes("/")
    ? `the group "${group}" of parameter "${name}" contains a slash`
    : groups.includes(group)
      ? undefined
      : `the group "${group}" of parameter "${name}" is not declared${didYouMean(group, groups)}`;
  if (message) report(["group"], { code: "package.group", message });
}
