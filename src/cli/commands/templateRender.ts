import { stat } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import type { Command } from "commander";
import { didYouMean } from "../../base/nearest.ts";
import type { LoadedPackage } from "../../package/loadedPackage.ts";
import { OPERATOR_FILE } from "../../package/packageFiles.ts";
import { compilePackage } from "../../render/compiledPackage.ts";
import { renderTemplate } from "../../render/renderTemplate.ts";
import { usageError } from "../cliError.ts";
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
import { withOpenablePaths } from "../openablePaths.ts";
import { outText } from "../outText.ts";
import { readParameters } from "../parameterOptions.ts";
import { readPackage } from "../readPackage.ts";
import { chanceOf } from "../seedOption.ts";

interface TemplateRenderOptions extends InstanceOptions, PlaceOptions {
  readonly package?: string;
}

/** `lockstep template render FILE`: the text that one template of a package gives, whether it is YAML or not. */
export function addTemplateRender(family: Command, io: CliIo): void {
  const command = family
    .command("render")
    .description("print the text that one template of a package gives")
    .argument("<file>", "the file, or its name as tasks have it: node/config.yaml")
    .option("--package <folder>", "folder of the package; default: the one that the file lies in");
  withPlace(withInstance(command)).action((file: string, options: TemplateRenderOptions) =>
    renderFile(file, options, io),
  );
}

async function renderFile(file: string, options: TemplateRenderOptions, io: CliIo): Promise<void> {
  const folder = options.package ?? (await packageOf(file));
  const loaded = await readPackage(folder, io);
  const { pkg } = loaded;
  const key = keyOf(file, folder, loaded);
  const params = packageParameters(pkg, await readParameters(options));
  const instance = { name: options.instance ?? pkg.name, namespace: options.namespace, params };
  const context = packageContext(pkg, instance, chanceOf(options), choosePlace(pkg, key, options));
  const render = (): string => renderTemplate(compilePackage(pkg), key, context);
  outText(io, await withOpenablePaths(pkg.name, folder, render));
}

/** The nearest folder above a file that holds a package. */
async function packageOf(file: string): Promise<string> {
  for (let folder = dirname(resolve(file)); ; folder = dirname(folder)) {
    const found = await stat(join(folder, OPERATOR_FILE)).catch(() => undefined);
    if (found?.isFile()) return isAbsolute(file) ? folder : relative(".", folder) || ".";
    if (folder === dirname(folder))
      throw usageError(`${file} lies in no package`, "name one by --package FOLDER");
  }
}

/** The key of the template that is meant: by path, as the folder or the place of the call has it, or by name. */
function keyOf(file: string, folder: string, { pkg, files }: LoadedPackage): string {
  const path = resolve(file);
  for (const [key, inPackage] of files.templates) if (resolve(folder, inPackage) === path) return key;
  const wanted = file.replace(/^(.*\/)?templates\//, "");
  if (pkg.templates.has(wanted)) return wanted;
  const names = [...pkg.templates.keys()];
  throw usageError(
    `${folder} has no template ${wanted}${didYouMean(wanted, names)}`,
    `it has ${names.join(", ") || "none"}`,
  );
}
