import type { Command } from "commander";
import type { JsonObject } from "../../object/json.ts";
import type { Parameter } from "../../package/operatorPackage.ts";
import { maskParameters } from "../../render/maskParameters.ts";
import { RecordedRandom } from "../../render/recordedRandom.ts";
import { type RenderContext, variables } from "../../render/renderTask.ts";
import { describeError, formatDescription } from "../../template/describeError.ts";
import { kudoFunctions } from "../../template/functions/table.ts";
import { goValueOf } from "../../template/goValue.ts";
import { parseTemplate } from "../../template/template.ts";
import { TemplateError } from "../../template/templateError.ts";
import { CliError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import {
  choosePlace,
  type InstanceOptions,
  type PlaceOptions,
  packageContext,
  packageParameters,
  withInstance,
  withPlace,
} from "../instanceInputs.ts";
import { outText } from "../outText.ts";
import { readParameters, readPlainParameters } from "../parameterOptions.ts";
import { readPackage } from "../readPackage.ts";
import { chanceOf } from "../seedOption.ts";

interface EvalOptions extends InstanceOptions, PlaceOptions {
  readonly package?: string;
}

/** `lockstep template eval 'TEXT'`: what a piece of a template gives, with the data that templates of a package see. */
export function addTemplateEval(family: Command, io: CliIo): void {
  const command = family
    .command("eval")
    .description("print what a piece of a template gives; nothing is checked but the template")
    .argument("<text>", "the template, or - to read it from standard input")
    .option(
      "--package <folder>",
      "see what templates of this package see: its parameters with their defaults",
    );
  withPlace(withInstance(command)).action(async (text: string, options: EvalOptions) => {
    const source = text === "-" ? await io.readStdin() : text;
    outText(io, evaluate(source, text === "-" ? "stdin" : "text", await dataOf(options, io)));
  });
}

/** @throws CliError with the line and a caret */
function evaluate(text: string, name: string, { context, parameters }: Data): string {
  try {
    const template = parseTemplate(name, text, kudoFunctions);
    const random = new RecordedRandom(context.random).source(name);
    return template.execute(goValueOf(variables(context)), { now: context.now, random });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const description = describeError(error, text, name);
    const message = maskParameters(description.message, parameters, context.params);
    throw new CliError(formatDescription({ ...description, message }, name), { cause: error });
  }
}

/** What the template sees, and the parameters whose values no error may quote. */
interface Data {
  readonly context: RenderContext;
  readonly parameters: readonly Pick<Parameter, "name" | "default">[];
}

async function dataOf(options: EvalOptions, io: CliIo): Promise<Data> {
  const { namespace } = options;
  const chance = chanceOf(options);
  if (options.package === undefined) {
    const params: JsonObject = await readPlainParameters(options);
    const context = {
      name: options.instance ?? "example",
      namespace,
      operatorName: "example",
      operatorVersion: "0.1.0",
      appVersion: "1.0.0",
      plan: options.plan ?? "deploy",
      phase: options.phase ?? "example",
      step: options.step ?? "example",
      params,
      pipes: {},
      ...chance,
    };
    return { context, parameters: Object.keys(params).map((name) => ({ name })) };
  }
  const { pkg } = await readPackage(options.package, io);
  const params = packageParameters(pkg, await readParameters(options));
  const instance = { name: options.instance ?? pkg.name, namespace, params };
  const context = packageContext(pkg, instance, chance, choosePlace(pkg, undefined, options));
  return { context, parameters: pkg.parameters };
}
