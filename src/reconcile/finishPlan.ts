import type { AppliedIndex } from "../apply/appliedIndex.ts";
import { finishRun } from "../apply/finishRun.ts";
import { rfc3339 } from "../base/clock.ts";
import { type ObjectRef, refKey, refOf } from "../object/objectRef.ts";
import { findTask, type Plan } from "../package/operatorPackage.ts";
import { resolveParameters } from "../package/parameterValues.ts";
import { joinRandomUse, NO_RANDOM } from "../package/randomRecord.ts";
import type { Accepted } from "../plan/accepted.ts";
import { messageOfPlan } from "../plan/messageOfPlan.ts";
import type { PlanStatus } from "../plan/planStatus.ts";
import type { CompiledPackage } from "../render/compiledPackage.ts";
import { forgetRandom } from "../render/forgetRandom.ts";
import { type RenderContext, readsPlanPosition } from "../render/renderTask.ts";
import { successorOf } from "../successor/removedVersions.ts";
import { type ChildTask, childRef } from "../task/childInstance.ts";
import { failureReason } from "./failureReason.ts";
import { withFinishedRun } from "./finishedRun.ts";
import type { Pass } from "./reconcileDeps.ts";
import { contextOf } from "./runContext.ts";
import { saveIndex } from "./saveIndex.ts";

/** Plans whose claims count as one. */
const ONE_GROUP: readonly string[] = ["deploy", "update", "upgrade"];

/**
 * What has to be in the index before the status says that the plan is over: claims that the run no longer rendered go,
 * the run is recorded, and `deploy` is remembered as done.
 *
 * A run that changes no claim costs no request: the record rides on the next write.
 */
export async function finishPlan(
  pass: Pass,
  compiled: CompiledPackage,
  accepted: Accepted,
  status: PlanStatus,
): Promise<void> {
  const { deps, view, memory } = pass;
  const { index } = memory;
  if (!index) return;
  const complete = status.status === "COMPLETE";
  const plan = compiled.pkg.plans.get(accepted.plan);
  const settled = withFinishedRun(index, { [accepted.plan]: status }, rfc3339(deps.clock.now()));
  const next = complete && plan ? await completed(pass, compiled, accepted, plan, settled) : settled;
  const claimsChanged = next.entries.some((entry, at) => entry !== index.entries[at]);
  memory.index = next;
  memory.steps.clear();
  memory.rendered.clear();
  memory.random = NO_RANDOM;
  if (claimsChanged) await saveIndex(pass, next, new Map());
  const startedAt =
    memory.runStartedAt ??
    (accepted.startedAt === undefined ? deps.clock.now() : Date.parse(accepted.startedAt));
  deps.emit({
    kind: "planFinished",
    instance: { namespace: view.namespace, name: view.name },
    plan: accepted.plan,
    status: complete ? "COMPLETE" : "FATAL_ERROR",
    durationMs: Math.max(0, deps.clock.now() - startedAt),
    ...(!complete && { reason: failureReason(memory) }),
    ...(messageOfPlan(status) && { message: messageOfPlan(status) ?? "" }),
  });
}

/** Claims and random values that the run did without, taken away. */
async function completed(
  pass: Pass,
  compiled: CompiledPackage,
  accepted: Accepted,
  plan: Plan,
  index: AppliedIndex,
): Promise<AppliedIndex> {
  const finished = finishRun(index, await claimsOf(pass, compiled, accepted, plan));
  if (!finished.randomRecord) return finished;
  const templates = [...compiled.pkg.templates.keys()];
  const randomRecord = forgetRandom(finished.randomRecord, {
    use: pass.memory.random,
    templates: new Set(templates),
    positioned: new Set(templates.filter((key) => readsPlanPosition(compiled, [key]))),
    isDeployment: ONE_GROUP.includes(accepted.plan),
  });
  return { ...finished, randomRecord };
}

/** What every task of the run rendered; tasks that an earlier process carried out are rendered again, which is pure. */
async function claimsOf(pass: Pass, compiled: CompiledPackage, accepted: Accepted, plan: Plan) {
  const rendered = new Map<string, readonly ObjectRef[]>();
  const addOnly = new Set<string>();
  const params = resolveParameters(compiled.pkg, accepted.parameters);
  for (const phase of plan.phases) {
    for (const step of phase.steps) {
      for (const name of step.tasks) {
        const task = findTask(compiled.pkg, name);
        if (task?.kind === "KudoOperator") {
          if (!pass.memory.rendered.has(name) && !("problems" in params)) {
            const place = { phase: phase.name, step: step.name };
            const context = contextOf(pass, { compiled, accepted, params: params.values }, place);
            await drawAgain(pass, compiled, task, context);
          }
          rendered.set(name, [...(rendered.get(name) ?? []), childRef(task, pass.view)]);
          continue;
        }
        if (task?.kind !== "Apply" && task?.kind !== "Toggle") continue;
        if (readsPlanPosition(compiled, task.resources)) addOnly.add(name);
        const known = pass.memory.rendered.get(name);
        if (known || "problems" in params) {
          rendered.set(name, [...(rendered.get(name) ?? []), ...(known ?? [])]);
          continue;
        }
        const context = contextOf(
          pass,
          { compiled, accepted, params: params.values },
          { phase: phase.name, step: step.name },
        );
        const rendering = await pass.deps.render(compiled, task.resources, context, pass.signal);
        pass.memory.random = joinRandomUse(pass.memory.random, rendering.random);
        const refs = rendering.objects.map(({ object }) => refOf(object));
        rendered.set(name, [...(rendered.get(name) ?? []), ...withNamespaces(pass, refs)]);
      }
    }
  }
  const groupTasks = groupTasksOf(compiled, accepted.plan);
  return { plan: accepted.plan, rendered, addOnly, groupTasks };
}

/** What the parameter file of a child drew in an earlier process. */
async function drawAgain(
  pass: Pass,
  compiled: CompiledPackage,
  { parameterFile }: ChildTask,
  context: RenderContext,
): Promise<void> {
  if (parameterFile === "") return;
  const asFile = { ...context, output: "parameters" } as const;
  const { random } = await pass.deps.render(compiled, [parameterFile], asFile, pass.signal);
  pass.memory.random = joinRandomUse(pass.memory.random, random);
}

/**
 * References as the index has them: rendered text may leave the namespace out, or name another one, or a version whose
 * successor was sent.
 */
function withNamespaces({ memory, view }: Pass, refs: readonly ObjectRef[]): readonly ObjectRef[] {
  const known = new Set(memory.index?.entries.map((entry) => refKey(entry.ref)));
  return refs.map(({ namespace: _, ...ref }) => {
    const successor = successorOf(ref.apiVersion, ref.kind);
    const versions = successor === undefined ? [ref] : [ref, { ...ref, apiVersion: successor }];
    const candidates = versions.flatMap((version) => [{ ...version, namespace: view.namespace }, version]);
    return candidates.find((candidate) => known.has(refKey(candidate))) ?? ref;
  });
}

/** Every task that the plans of the group have: claims of tasks that a new version dropped go. */
function groupTasksOf(compiled: CompiledPackage, plan: string): ReadonlySet<string> {
  const group = ONE_GROUP.includes(plan) ? ONE_GROUP : [plan];
  const plans = group.flatMap((name) => compiled.pkg.plans.get(name) ?? []);
  return new Set(
    plans.flatMap(({ phases }) => phases.flatMap(({ steps }) => steps.flatMap((step) => step.tasks))),
  );
}
