import { findEntry } from "../apply/appliedIndex.ts";
import { asRendered } from "../apply/secretTexts.ts";
import { asString, isJsonObject, type JsonObject } from "../object/json.ts";
import { annotationsOf, type KubeObject } from "../object/kubeObject.ts";
import { type ObjectRef, refKey } from "../object/objectRef.ts";
import { ANNOTATION_KUDO_LAST_APPLIED } from "../object/ownership.ts";
import type { Plan, Step } from "../package/operatorPackage.ts";
import type { Accepted } from "../plan/accepted.ts";
import type { StepPosition } from "../plan/runnableSteps.ts";
import { prepareStep } from "../task/prepareStep.ts";
import type { StepMemory } from "./instanceMemory.ts";
import { recordRandom } from "./randomValues.ts";
import type { Pass } from "./reconcileDeps.ts";
import { requireIndex } from "./requireIndex.ts";
import { contextOf, decorationOf, type Run } from "./runContext.ts";

/** The tasks of a step, rendered once per run and process. */
export async function stepTasks(pass: Pass, run: Run, position: StepPosition): Promise<StepMemory> {
  const { deps, memory, signal } = pass;
  const key = stepKey(run.accepted, position);
  const known = memory.steps.get(key);
  if (known) return known;
  const step = findStep(run.plan, position);
  const context = contextOf(pass, run, position);
  const versionNamespace = run.accepted.operatorVersion.namespace;
  const { tasks, random } = await prepareStep(
    {
      client: deps.client,
      render: deps.render,
      dependency: (ref, stop) => dependencyObject(pass, ref, stop),
      isNewKind: (type) => deps.recentCrds.covers(type),
    },
    {
      compiled: run.compiled,
      step,
      context,
      decoration: decorationOf(pass, run, position),
      ...(versionNamespace !== undefined && { versionNamespace }),
    },
    signal,
  );
  const memo: StepMemory = { tasks, startedAt: deps.clock.now() };
  recordRandom(pass, context.random, random);
  memory.steps.set(key, memo);
  return memo;
}

function findStep(plan: Plan, { phase, step }: StepPosition): Step {
  const found = plan.phases.find((p) => p.name === phase)?.steps.find((s) => s.name === step);
  return found ?? { name: step, tasks: [] };
}

/** Forgets the tasks of a step: it is over, or is to be rendered again. */
export function forgetStep({ memory }: Pass, accepted: Accepted, position: StepPosition): void {
  memory.steps.delete(stepKey(accepted, position));
}

/** The applied set knows best; then KUDO's own record; then what the cluster has (engine.md, 4). */
async function dependencyObject(
  pass: Pass,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  const { deps, view } = pass;
  const entry = findEntry(requireIndex(pass), ref);
  if (entry) {
    const manifest = (await deps.indexes.manifests(view, signal)).get(refKey(ref));
    if (manifest) return asRendered(manifest, entry.textKeys);
  }
  const live = await deps.client.get(ref, { signal });
  return live && (kudoRecord(live) ?? live);
}

function kudoRecord(live: KubeObject): JsonObject | undefined {
  const text = asString(annotationsOf(live)[ANNOTATION_KUDO_LAST_APPLIED]);
  if (!text) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined; // not ours to mend: the live object serves as well
  }
}

function stepKey({ planUid }: Accepted, { phase, step }: StepPosition): string {
  return `${planUid}/${phase}/${step}`;
}
