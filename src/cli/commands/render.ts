import { didYouMean } from "../../base/nearest.ts";
import { isNamespacedKind } from "../../object/clusterScopedKinds.ts";
import { valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { refKey, refOf } from "../../object/objectRef.ts";
import { ANNOTATION_PLAN_UID } from "../../object/ownership.ts";
import type { Plan } from "../../package/operatorPackage.ts";
import { resolveParameters, validateParameters } from "../../package/parameterValues.ts";
import { withRandom } from "../../package/randomRecord.ts";
import { compilePackage } from "../../render/compiledPackage.ts";
import type { RenderContext } from "../../render/renderTask.ts";
import { prepareStep } from "../../task/prepareStep.ts";
import { stringifyYaml } from "../../yaml/stringifyYaml.ts";
import { CliError, usageError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { withOutput } from "../instanceArgument.ts";
import { parseFormat } from "../output.ts";
import { collect, type ParameterOptions, readParameters } from "../parameterOptions.ts";
import type { Register } from "../program.ts";
import { readPackage } from "../readPackage.ts";
import { chanceOf, type SeedOptions, withSeed } from "../seedOption.ts";

interface RenderOptions extends ParameterOptions, SeedOptions {
  readonly instance: string;
  readonly namespace: string;
  readonly plan: string;
  readonly output: string;
}

interface RenderedManifest {
  readonly phase: string;
  readonly step: string;
  readonly task: string;
  readonly file: string;
  readonly manifest: KubeObject;
}

/** `lockstep render DIR`: the objects of a plan in the order in which they would be applied; needs no cluster. */
export const registerRender: Register = (program, io) => {
  const command = program
    .command("render")
    .description("print the objects of a plan, in the order they would be applied");
  withSeed(withOutput(command))
    .argument("<folder>", "folder of the package")
    .requiredOption("--instance <name>", "name of the instance")
    .option("-n, --namespace <namespace>", "namespace of the instance", "default")
    .option("-p, --parameter <name=value>", "a parameter; may be repeated", collect)
    .option("-P, --parameter-file <file>", "a YAML file of parameters; may be repeated", collect)
    .option("--plan <plan>", "which plan", "deploy")
    .action(async (folder: string, options: RenderOptions) => {
      const format = parseFormat(options.output);
      const manifests = await renderPlan(folder, options, io);
      if (format === "json")
        io.out(
          `${JSON.stringify(
            manifests.map(({ manifest }) => manifest),
            undefined,
            2,
          )}\n`,
        );
      else for (const manifest of manifests) io.out(manifestText(manifest));
    });
};

async function renderPlan(
  folder: string,
  options: RenderOptions,
  io: CliIo,
): Promise<readonly RenderedManifest[]> {
  const { pkg } = await readPackage(folder, io);
  const plan = pkg.plans.get(options.plan);
  if (!plan)
    throw usageError(
      `the package has no plan '${options.plan}'${didYouMean(options.plan, pkg.plans.keys())}`,
      `it has ${[...pkg.plans.keys()].sort().join(", ")}`,
    );
  const parameters = await readParameters(options);
  const unknown = Object.keys(parameters).filter(
    (name) => !pkg.parameters.some((parameter) => parameter.name === name),
  );
  if (unknown.length > 0) {
    const names = pkg.parameters.map(({ name }) => name);
    throw usageError(
      unknown.map((name) => `the package has no parameter ${name}${didYouMean(name, names)}`).join("; "),
    );
  }
  const params = resolveParameters(pkg, parameters);
  const problems = [...validateParameters(pkg, parameters), ...("problems" in params ? params.problems : [])];
  if (problems.length > 0 || "problems" in params) throw new CliError(problems.join("\n       "));
  const context = {
    name: options.instance,
    namespace: options.namespace,
    operatorName: pkg.name,
    operatorVersion: pkg.operatorVersion,
    appVersion: pkg.appVersion ?? "",
    plan: plan.name,
    params: params.values,
    pipes: {},
    ...chanceOf(options),
  };
  return renderSteps(compilePackage(pkg), plan, context, io);
}

async function renderSteps(
  compiled: ReturnType<typeof compilePackage>,
  plan: Plan,
  base: Omit<RenderContext, "phase" | "step">,
  io: CliIo,
): Promise<readonly RenderedManifest[]> {
  const manifests: RenderedManifest[] = [];
  const seen = new Map<string, KubeObject>();
  let { random } = base;
  for (const phase of plan.phases) {
    for (const step of phase.steps) {
      const place = { plan: plan.name, phase: phase.name, step: step.name };
      const prepared = await prepareStep(
        {
          client: offlineDiscovery(),
          dependency: async (ref) => seen.get(refKey(ref)),
          isNewKind: () => false,
        },
        {
          compiled,
          step,
          context: { ...base, ...place, random },
          decoration: {
            ...place,
            instance: { namespace: base.namespace, name: base.name, uid: "" },
            operatorName: base.operatorName,
            operatorVersion: base.operatorVersion,
            planUid: "",
          },
        },
        io.signal,
      );
      random = withRandom(random, prepared.random);
      for (const task of prepared.tasks) {
        if (task.kind === "settled" && task.outcome.kind === "failed")
          throw new CliError(task.outcome.message);
        if (task.kind === "delete")
          io.err(
            `${phase.name}.${step.name}.${task.task} deletes ${task.refs.map(({ kind, name }) => `${kind}/${name}`).join(", ")}\n`,
          );
        if (task.kind !== "apply") continue;
        for (const { object, file = "" } of task.objects) {
          seen.set(refKey(refOf(object)), object);
          manifests.push({
            phase: phase.name,
            step: step.name,
            task: task.task,
            file,
            manifest: withoutRun(object),
          });
        }
      }
    }
  }
  return manifests;
}

/** Without a cluster every kind exists; its scope is that of the built-in kinds. */
function offlineDiscovery(): Parameters<typeof prepareStep>[0]["client"] {
  return {
    resource: async (apiVersion, kind) => ({
      apiVersion,
      kind,
      plural: "",
      namespaced: isNamespacedKind(kind),
      verbs: [],
    }),
  };
}

/** What only a run knows is left out: uids of the instance and of the plan. */
function withoutRun(object: KubeObject): KubeObject {
  const { ownerReferences: _, annotations = {}, ...metadata } = object.metadata;
  const { [ANNOTATION_PLAN_UID]: __, ...kept } = annotations;
  return { ...object, metadata: { ...metadata, annotations: kept } };
}

function manifestText({ phase, step, task, file, manifest }: RenderedManifest): string {
  const name = String(valueAt(manifest, "metadata", "name") ?? "");
  return `---\n# ${phase}.${step}.${task}: ${manifest.kind}/${name} (${file})\n${stringifyYaml(manifest)}`;
}
