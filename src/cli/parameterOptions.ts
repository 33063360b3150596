import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { formatIssue, hasErrors } from "../base/issue.ts";
import { whyUnreadable } from "../base/whyUnreadable.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../object/json.ts";
import { instanceText } from "../package/parameterText.ts";
import { parseYaml } from "../yaml/parseYaml.ts";
import { CliError, usageError } from "./cliError.ts";

/** `-p NAME=VALUE` and `-P FILE`, as often as wanted; files first, later ones win. */
export interface ParameterOptions {
  readonly parameter?: readonly string[];
  readonly parameterFile?: readonly string[];
}

/** Adds `-p` and `-P`. */
export function withParameters(command: Command): Command {
  return command
    .option("-p, --parameter <name=value>", "a parameter; may be repeated", collect)
    .option("-P, --parameter-file <file>", "a YAML file of parameters; may be repeated", collect);
}

/** Collects a repeatable option. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/**
 * The parameters of the command line as an Instance holds them (package-format 2.6): `-p` overrides files; all mistakes
 * are reported together.
 */
export function readParameters(options: ParameterOptions): Promise<Readonly<Record<string, string>>> {
  return readAs(options, instanceText);
}

/** The parameters without a package that could say their types: texts, but lists and mappings of files as they are. */
export function readPlainParameters(options: ParameterOptions): Promise<JsonObject> {
  return readAs<JsonValue>(options, (value) =>
    typeof value === "object" && value !== null ? value : instanceText(value),
  );
}

async function readAs<T extends JsonValue>(
  options: ParameterOptions,
  convert: (value: JsonValue) => T | undefined,
): Promise<Readonly<Record<string, T | string>>> {
  const problems: string[] = [];
  const parameters: Record<string, T | string> = {};
  for (const file of options.parameterFile ?? [])
    Object.assign(parameters, await readFileParameters(file, convert, problems));
  for (const pair of options.parameter ?? []) {
    const at = pair.indexOf("=");
    if (at < 1 || at === pair.length - 1) problems.push(`-p ${pair}: expected NAME=VALUE`);
    else parameters[pair.slice(0, at)] = pair.slice(at + 1);
  }
  if (problems.length > 0) throw usageError(problems.join("\n       "));
  return parameters;
}

async function readFileParameters<T extends JsonValue>(
  file: string,
  convert: (value: JsonValue) => T | undefined,
  problems: string[],
): Promise<Readonly<Record<string, T>>> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new CliError(`-P ${file}: ${whyUnreadable(error)}`, { cause: error });
  }
  const { documents, issues } = parseYaml(text, file);
  problems.push(...issues.filter(({ severity }) => severity === "error").map(formatIssue));
  const value = documents[0]?.value ?? {};
  if (hasErrors(issues)) return {};
  if (!isJsonObject(value)) {
    problems.push(`-P ${file}: expected a mapping of parameters`);
    return {};
  }
  const parameters: Record<string, T> = {};
  for (const [name, item] of Object.entries(value)) {
    const stored = item === undefined ? undefined : convert(item);
    if (stored === undefined) problems.push(`-P ${file}: ${name} has no value`);
    else parameters[name] = stored;
  }
  return parameters;
}
