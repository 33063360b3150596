import { isNamespacedKind } from "../object/clusterScopedKinds.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { type ObjectRef, refKey, refOf } from "../object/objectRef.ts";
import { ANNOTATION_PLAN_UID } from "../object/ownership.ts";
import type { Plan } from "../package/operatorPackage.ts";
import { OPERATOR_FILE } from "../package/packageFiles.ts";
import { pipesOf } from "../package/pipeNames.ts";
import type { PlanPlace } from "../package/placeOfTemplate.ts";
import { withRandom } from "../package/randomRecord.ts";
import type { CompiledPackage } from "../render/compiledPackage.ts";
import { renderAtOnce } from "../render/renderer.ts";
import type { RenderContext } from "../render/renderTask.ts";
import { type IsServed, servedBy } from "../successor/upgradeObject.ts";
import { prepareStep } from "../task/prepareStep.ts";
import { CliError } from "./cliError.ts";

/** An object of a plan, as it would be applied. */
export interface RenderedManifest extends PlanPlace {
  readonly task: string;
  /** Path of the template in the package; operator.yaml for an instance that a task makes. */
  readonly file: string;
  readonly manifest: KubeObject;
  /** What was changed since it was rendered. */
  readonly warnings: readonly string[];
  /** What its template saw. */
  readonly context: RenderContext;
}

/** What a plan deletes by name. */
export interface RenderedDeletion extends PlanPlace {
  readonly task: string;
  readonly refs: readonly ObjectRef[];
}

/**
 * Renders a plan without a cluster: the objects in the order in which they would be applied, and what would be deleted.
 *
 * @param kubeVersion  the Kubernetes that the objects are for: versions that it lacks are upgraded. Absent: none is
 * @throws CliError for the first task that does not render
 */
export async function renderPlan(
  compiled: CompiledPackage,
  plan: Plan,
  base: Omit<RenderContext, "phase" | "step">,
  signal: AbortSignal,
  kubeVersion?: string,
): Promise<{
  readonly manifests: readonly RenderedManifest[];
  readonly deletions: readonly RenderedDeletion[];
}> {
  const pipes = pipesOf(compiled.pkg, plan, base.name);
  if (pipes.kind === "clash") throw new CliError(pipes.problem);
  const manifests: RenderedManifest[] = [];
  const deletions: RenderedDeletion[] = [];
  const seen = new Map<string, KubeObject>();
  let { random } = base;
  for (const phase of plan.phases) {
    for (const step of phase.steps) {
      const place = { plan: plan.name, phase: phase.name, step: step.name };
      const context = { ...base, ...place, random };
      const prepared = await prepareStep(
        {
          client: offlineDiscovery(kubeVersion),
          render: renderAtOnce,
          dependency: async (ref) => seen.get(refKey(ref)),
          isNewKind: () => false,
        },
        {
          compiled,
          step,
          context,
          decoration: {
            ...place,
            instance: { namespace: base.namespace, name: base.name, uid: "" },
            operatorName: base.operatorName,
            operatorVersion: base.operatorVersion,
            planUid: "",
          },
        },
        signal,
      );
      random = withRandom(random, prepared.random);
      for (const task of prepared.tasks) {
        if (task.kind === "settled" && task.outcome.kind === "failed")
          throw new CliError(task.outcome.message);
        if (task.kind === "delete") deletions.push({ ...place, task: task.task, refs: task.refs });
        if (task.kind === "child") {
          const manifest = withoutRun(task.child.object);
          manifests.push({ ...place, task: task.task, file: OPERATOR_FILE, warnings: [], manifest, context });
        }
        const objects = task.kind === "apply" ? task.objects : task.kind === "pipe" ? [task.pipe.pod] : [];
        for (const { object, file = "", warnings = [] } of objects) {
          seen.set(refKey(refOf(object)), object);
          manifests.push({
            ...place,
            task: task.task,
            file,
            warnings,
            manifest: withoutRun(object),
            context,
          });
        }
      }
    }
  }
  return { manifests, deletions };
}

/** Without a cluster every kind exists that its Kubernetes still serves; its scope is that of the built-in kinds. */
function offlineDiscovery(kubeVersion: string | undefined): Parameters<typeof prepareStep>[0]["client"] {
  const isServed: IsServed = kubeVersion === undefined ? () => true : servedBy(kubeVersion);
  return {
    resource: async (apiVersion, kind) =>
      isServed(apiVersion, kind)
        ? { apiVersion, kind, plural: "", namespaced: isNamespacedKind(kind), verbs: [] }
        : undefined,
  };
}

/** What only a run knows is left out: uids of the instance and of the plan. */
function withoutRun(object: KubeObject): KubeObject {
  const { ownerReferences: _, annotations = {}, ...metadata } = object.metadata;
  const { [ANNOTATION_PLAN_UID]: __, ...kept } = annotations;
  return { ...object, metadata: { ...metadata, annotations: kept } };
}
