import { didYouMean } from "../base/nearest.ts";
import type { JsonObject, JsonValue } from "../object/json.ts";
import { type OperatorPackage, operatorVersionName, type Parameter } from "./operatorPackage.ts";
import { decodeValue, isAllowed, typeProblem } from "./parameterType.ts";

/** Parameters as an Instance holds them. */
export type InstanceParameters = Readonly<Record<string, string>>;

/**
 * What templates see under `.Params`: every parameter of the package, as text; arrays and maps as data
 * (package-format 2.2, steps B and C). What the package does not define is left out.
 */
export function resolveParameters(
  pkg: Pick<OperatorPackage, "parameters">,
  instanceParameters: InstanceParameters,
): { readonly values: JsonObject } | { readonly problems: readonly string[] } {
  const values: Record<string, JsonValue> = {};
  const problems: string[] = [];
  for (const parameter of pkg.parameters) {
    const text = chosenText(parameter, instanceParameters);
    const decoded = templateValue(parameter, text ?? "");
    if ("problem" in decoded) problems.push(`parameter ${parameter.name}: ${decoded.problem}`);
    else values[parameter.name] = decoded.value;
  }
  return problems.length > 0 ? { problems } : { values };
}

/** The text of a parameter for an instance: its own, else the package's default. */
export function chosenText(parameter: Parameter, instanceParameters: InstanceParameters): string | undefined {
  return Object.hasOwn(instanceParameters, parameter.name)
    ? instanceParameters[parameter.name]
    : parameter.default;
}

function templateValue(
  { type }: Parameter,
  text: string,
): { readonly value: JsonValue } | { readonly problem: string } {
  if (type !== "array" && type !== "map") return { value: text };
  const decoded = decodeValue(text);
  if (type === "map" || "problem" in decoded) return decoded;
  if (decoded.value === null) return { value: [] };
  return Array.isArray(decoded.value) ? decoded : { problem: "the value is not a list" };
}

/** An earlier acceptance of the same instance. */
export interface PreviousParameters {
  readonly pkg: OperatorPackage;
  readonly parameters: InstanceParameters;
}

/**
 * Why an instance may not have these parameters: all reasons, in words; empty when it may (package-format 2.3, 2.5
 * and 4.8).
 *
 * @param previous  what was accepted before; left out for a new instance
 */
export function validateParameters(
  pkg: OperatorPackage,
  parameters: InstanceParameters,
  { previous }: { readonly previous?: PreviousParameters } = {},
): readonly string[] {
  const values = pkg.parameters.flatMap((parameter) => valueProblems(parameter, parameters));
  return previous ? [...changeProblems(pkg, parameters, previous), ...values] : values;
}

function valueProblems(parameter: Parameter, parameters: InstanceParameters): readonly string[] {
  const value = Object.hasOwn(parameters, parameter.name) ? parameters[parameter.name] : undefined;
  const fail = (why: string): readonly string[] => [`parameter ${parameter.name}: ${why}`];
  if (value === undefined || value === "") {
    const isMissing = parameter.required && parameter.default === undefined;
    return isMissing ? fail("a value is required and there is no default") : [];
  }
  const problem = typeProblem(value, parameter.type);
  if (problem) return fail(withoutSecret(problem, parameter.name, value));
  if (isAllowed(value, parameter)) return [];
  const allowed = (parameter.enum ?? []).map((entry) => `"${entry}"`).join(", ");
  return fail(withoutSecret(`"${value}" is not one of ${allowed}`, parameter.name, value));
}

/** Names whose values nobody wants to read in a status or a log. */
const SECRET_NAME = /pass|pwd|secret|token|credential|key/i;

/** The message without the value, where the parameter's name says that it is a secret. */
function withoutSecret(message: string, name: string, value: string): string {
  return SECRET_NAME.test(name) ? message.replaceAll(`"${value}"`, "the value") : message;
}

function changeProblems(
  pkg: OperatorPackage,
  parameters: InstanceParameters,
  previous: PreviousParameters,
): readonly string[] {
  const definitions = new Map(pkg.parameters.map((parameter) => [parameter.name, parameter]));
  const changed = Object.keys(parameters).filter(
    (name) => !Object.hasOwn(previous.parameters, name) || previous.parameters[name] !== parameters[name],
  );
  const unknown = changed
    .filter((name) => !definitions.has(name))
    .map(
      (name) =>
        `parameter ${name}: ${operatorVersionName(pkg)} does not have it${didYouMean(name, definitions.keys())}`,
    );
  // Another content under the same version counts as another version (engine.md, 3).
  const isUpgrade =
    operatorVersionName(pkg) !== operatorVersionName(previous.pkg) || pkg.digest !== previous.pkg.digest;
  const immutable = pkg.parameters.filter((parameter) => parameter.immutable);
  return [
    ...unknown,
    ...(isUpgrade
      ? upgradeProblems(immutable, parameters, previous.pkg)
      : immutable
          .filter(({ name }) => changed.includes(name) && !isRepeatedDefault(name, parameters, previous))
          .map(({ name }) => `parameter ${name}: it is immutable and cannot change after the installation`)),
  ];
}

/** True when a parameter that was left to its default is now written out with that same value. */
function isRepeatedDefault(
  name: string,
  parameters: InstanceParameters,
  { pkg, parameters: before }: PreviousParameters,
): boolean {
  const definition = pkg.parameters.find((parameter) => parameter.name === name);
  return (
    !Object.hasOwn(before, name) &&
    definition?.default !== undefined &&
    definition.default === parameters[name]
  );
}

/** What becomes immutable with an upgrade must be written out in the instance. */
function upgradeProblems(
  immutable: readonly Parameter[],
  parameters: InstanceParameters,
  before: OperatorPackage,
): readonly string[] {
  const wasImmutable = new Set(before.parameters.filter((p) => p.immutable).map(({ name }) => name));
  return immutable
    .filter(({ name }) => !wasImmutable.has(name) && !Object.hasOwn(parameters, name))
    .map(({ name }) => `parameter ${name}: it becomes immutable with this version and must be given a value`);
}

/** What an instance was told before, as far as frozen values go. */
export interface FrozenBefore {
  readonly parameters: InstanceParameters;
  /** Parameters whose value stands in `parameters` and not in the instance. */
  readonly frozen?: readonly string[];
}

/**
 * The parameters of an instance as if KUDO's webhook had written frozen values into it: what the instance says, and
 * the values that earlier packages froze, as long as the package still has the parameter.
 */
export function storedParameters(
  pkg: Pick<OperatorPackage, "parameters">,
  parameters: InstanceParameters,
  { parameters: before, frozen = [] }: FrozenBefore = { parameters: {} },
): InstanceParameters {
  const stored: Record<string, string> = { ...parameters };
  for (const { name } of pkg.parameters) {
    const value = frozen.includes(name) && !Object.hasOwn(parameters, name) ? before[name] : undefined;
    if (value !== undefined) stored[name] = value;
  }
  return stored;
}

/**
 * The parameters with the value of every immutable one written out, so that a later default does not change it
 * (package-format 2.5): what the instance says, else what was accepted before, else the default. A value that was
 * frozen stays when a later version makes its parameter mutable.
 */
export function freezeImmutable(
  pkg: Pick<OperatorPackage, "parameters">,
  parameters: InstanceParameters,
  before: FrozenBefore = { parameters: {} },
): InstanceParameters {
  const frozen: Record<string, string> = { ...storedParameters(pkg, parameters, before) };
  for (const parameter of pkg.parameters) {
    if (!parameter.immutable || Object.hasOwn(frozen, parameter.name)) continue;
    const value = chosenText(parameter, before.parameters);
    if (value !== undefined) frozen[parameter.name] = value;
  }
  return frozen;
}
