import { didYouMean } from "../../base/nearest.ts";
import type { JsonValue } from "../../object/json.ts";
import { valueAt } from "../../object/json.ts";
import type { OperatorPackage } from "../../package/operatorPackage.ts";
import { OPERATOR_FILE } from "../../package/packageFiles.ts";
import { compilePackage } from "../../render/compiledPackage.ts";
import { traceObjects } from "../../render/traceObjects.ts";
import { stringifyYaml } from "../../yaml/stringifyYaml.ts";
import { usageError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { withOutput } from "../instanceArgument.ts";
import { type InstanceOptions, packageContext, packageParameters, withInstance } from "../instanceInputs.ts";
import { parseKubeVersion } from "../kubeVersion.ts";
import { withLocalChildren } from "../localChildren.ts";
import { withOpenablePaths } from "../openablePaths.ts";
import { parseFormat } from "../output.ts";
import { readParameters } from "../parameterOptions.ts";
import type { Register } from "../program.ts";
import { readPackage } from "../readPackage.ts";
import { type RenderedManifest, renderPlan } from "../renderPlan.ts";
import { chanceOf } from "../seedOption.ts";

interface RenderOptions extends InstanceOptions {
  readonly instance: string;
  readonly plan: string;
  readonly debug?: boolean;
  readonly kubeVersion?: string;
  readonly output: string;
}

/** `lockstep render DIR`: the objects of a plan in the order in which they would be applied; needs no cluster. */
export const registerRender: Register = (program, io) => {
  const command = program
    .command("render")
    .description("print the objects of a plan, in the order they would be applied");
  withInstance(withOutput(command))
    .argument("<folder>", "folder of the package")
    .requiredOption("--instance <name>", "name of the instance")
    .option("--plan <plan>", "which plan", "deploy")
    .option(
      "--kube-version <version>",
      "as they would be sent to this Kubernetes, 1.36 say: removed versions upgraded",
    )
    .option("--debug", "say of each object which line of which template it comes from")
    .action((folder: string, options: RenderOptions) => render(folder, options, io));
};

async function render(folder: string, options: RenderOptions, io: CliIo): Promise<void> {
  const format = parseFormat(options.output);
  const pkg = await withLocalChildren((await readPackage(folder, io)).pkg, folder, io);
  const plan = pkg.plans.get(options.plan);
  if (!plan)
    throw usageError(
      `the package has no plan '${options.plan}'${didYouMean(options.plan, pkg.plans.keys())}`,
      `it has ${[...pkg.plans.keys()].sort().join(", ")}`,
    );
  const params = packageParameters(pkg, await readParameters(options));
  const instance = { name: options.instance, namespace: options.namespace, params };
  const place = { plan: plan.name, phase: "", step: "" };
  const context = packageContext(pkg, instance, chanceOf(options), place);
  const { manifests, deletions } = await withOpenablePaths(pkg.name, folder, () =>
    renderPlan(compilePackage(pkg), plan, context, io.signal, parseKubeVersion(options.kubeVersion)),
  );
  for (const { phase, step, task, refs } of deletions) {
    const names = refs.map(({ kind, name }) => `${kind}/${name}`).join(", ");
    io.err(`${phase}.${step}.${task} deletes ${names}\n`);
  }
  for (const { file, warnings } of manifests)
    for (const warning of warnings) io.err(`warning: ${folder}/${file}: ${warning}\n`);
  const origins = options.debug ? manifests.map(originFinder(pkg)) : undefined;
  if (format === "json") {
    const documents = manifests.map((rendered, index) => documentOf(rendered, origins?.[index]));
    io.out(`${JSON.stringify(documents, undefined, 2)}\n`);
    return;
  }
  manifests.forEach((rendered, index) => {
    io.out(manifestText(rendered, origins?.[index]));
  });
}

/** Where in which template an object begins; the line is left out where it is not known. */
function originFinder(pkg: OperatorPackage): (rendered: RenderedManifest) => string {
  const traces = new Map<string, ReturnType<typeof traceObjects>>();
  return ({ file, phase, step, context, manifest }) => {
    if (file === OPERATOR_FILE) return file;
    const name = `${phase}/${step}/${file}`;
    const trace = traces.get(name) ?? traceObjects(pkg, file.replace(/^templates\//, ""), context);
    traces.set(name, trace);
    const line = trace(manifest);
    return line === undefined ? file : `${file}:${line}`;
  };
}

/** With `--debug` an object of what is known, else the manifest alone. */
function documentOf(
  { plan, phase, step, task, manifest }: RenderedManifest,
  origin: string | undefined,
): JsonValue {
  return origin === undefined ? manifest : { template: origin, plan, phase, step, task, manifest };
}

function manifestText(rendered: RenderedManifest, origin: string | undefined): string {
  const { plan, phase, step, task, file, manifest } = rendered;
  const name = `${manifest.kind}/${String(valueAt(manifest, "metadata", "name") ?? "")}`;
  const head =
    origin === undefined
      ? `${phase}.${step}.${task}: ${name} (${file})`
      : `${origin}  ${plan}/${phase}/${step}/${task}: ${name}`;
  return `---\n# ${head}\n${stringifyYaml(manifest)}`;
}
