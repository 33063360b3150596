import type { Issue } from "../base/issue.ts";
import { isJsonObject } from "../object/json.ts";
import type { ParsedDocument } from "../yaml/parseYaml.ts";
import { issueAt } from "../yaml/positionOf.ts";
import { checkApiVersion } from "./decodeOperator.ts";
import type { Parameter, ParameterGroup } from "./operatorPackage.ts";
import { defaultText } from "./parameterText.ts";
import { type ObjectReader, readObject } from "./readObject.ts";

/** What params.yaml says. */
export interface ParamsDefinition {
  readonly parameters: readonly Parameter[];
  readonly groups: readonly ParameterGroup[];
}

const NONE: ParamsDefinition = { parameters: [], groups: [] };
const FIELDS = ["apiVersion", "parameters", "groups"];
const PARAMETER_FIELDS = [
  ...["name", "displayName", "description", "default", "required", "trigger", "type", "immutable", "enum"],
  ...["group", "advanced", "hint"],
];

/**
 * Reads params.yaml (package-format 1.5).
 *
 * The bare list of parameters and the early mapping from names to definitions, which KUDO refuses or reads as
 * nothing, are issues that say how to write them.
 */
export function decodeParams(document: ParsedDocument | undefined, issues: Issue[]): ParamsDefinition {
  if (document === undefined || document.value === null) return NONE;
  const shape = foreignShape(document);
  if (shape) {
    issues.push(shape);
    return NONE;
  }
  const root = readObject(document, [], document.value, issues);
  if (!root) return NONE;
  checkApiVersion(root);
  root.warnUnknown(FIELDS, "params.yaml");
  return {
    parameters: root.objects("parameters").map((reader) => decodeParameter(reader)),
    groups: root.objects("groups").map(decodeGroup),
  };
}

/** An issue for the two shapes that other versions of the format had. */
function foreignShape(document: ParsedDocument): Issue | undefined {
  const { value } = document;
  const hint = "put the parameters, each with a name, in a list under the key parameters";
  if (Array.isArray(value)) {
    const message = "params.yaml is a bare list; KUDO reads only the shape with apiVersion and parameters";
    return issueAt(document, [], { severity: "error", code: "package.paramsList", message, hint });
  }
  if (!isJsonObject(value)) return undefined;
  const keys = Object.keys(value);
  const isKnown = keys.some((key) => FIELDS.some((field) => field.toLowerCase() === key.toLowerCase()));
  const [first] = keys;
  if (first === undefined || isKnown) return undefined;
  const message = `params.yaml maps names such as "${first}" to definitions, an early shape that KUDO reads as no parameters at all`;
  return issueAt(document, [first], {
    severity: "error",
    code: "package.paramsMapping",
    message,
    hint,
    part: "key",
  });
}

function decodeParameter(reader: ObjectReader): Parameter {
  reader.warnUnknown(PARAMETER_FIELDS, "a parameter");
  warnBooleanName(reader);
  const type = reader.text("type") ?? "";
  const given = defaultText(reader.any("default"), type);
  const optional = (
    name: "displayName" | "description" | "trigger" | "group" | "hint",
  ): Partial<Parameter> => {
    const text = reader.text(name);
    return text ? { [name]: text } : {};
  };
  const advanced = reader.flag("advanced");
  const allowed = decodeEnum(reader, type);
  return {
    name: reader.text("name") ?? "",
    ...optional("displayName"),
    ...optional("description"),
    required: reader.flag("required") ?? true,
    ...(given !== undefined && { default: given }),
    ...optional("trigger"),
    type,
    immutable: reader.flag("immutable") ?? false,
    ...(allowed && { enum: allowed }),
    ...optional("group"),
    ...(advanced !== undefined && { advanced }),
    ...optional("hint"),
  };
}

/** `name: N` names a parameter "false". */
function warnBooleanName(reader: ObjectReader): void {
  if (typeof reader.any("name") !== "boolean") return;
  const message = `the name is a boolean and is read as "${reader.text("name")}"`;
  reader.report("name", {
    severity: "warning",
    code: "package.booleanName",
    message,
    hint: "put the name in quotes",
  });
}

function decodeEnum(reader: ObjectReader, type: string): readonly string[] | undefined {
  const value = reader.any("enum");
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return value.map((item) => defaultText(item, type) ?? "");
  reader.report("enum", { code: "package.type", message: "enum must be a list" });
  return undefined;
}

function decodeGroup(reader: ObjectReader): ParameterGroup {
  reader.warnUnknown(["name", "displayName", "description", "prio"], "a group");
  const displayName = reader.text("displayName");
  const description = reader.text("description");
  const prio = reader.integer("prio");
  return {
    name: reader.text("name") ?? "",
    ...(displayName && { displayName }),
    ...(description && { description }),
    ...(prio !== undefined && { prio }),
  };
}
