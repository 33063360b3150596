import { findTask, type OperatorPackage, type Plan } from "./operatorPackage.ts";

/** Where a Pipe task runs. */
export interface PipePlace {
  readonly instance: string;
  readonly plan: string;
  readonly phase: string;
  readonly step: string;
  readonly task: string;
}

/** Name of the pod that makes the files of a task (package-format 3.4). */
export function pipePodName(place: PipePlace): string {
  return joined(place, "pipepod");
}

/** Name of the Secret or ConfigMap that a file becomes: `myapp.deploy.boot.gencert.tls.mykey`. */
export function pipeArtifactName(place: PipePlace, key: string): string {
  return joined(place, key);
}

/** Letters and digits of every part, in lower case, with dots between the parts. */
function joined({ instance, plan, phase, step, task }: PipePlace, last: string): string {
  return [instance, plan, phase, step, task, last]
    .map((part) => part.toLowerCase().replace(/[^a-z0-9]/g, ""))
    .join(".");
}

/** What `.Pipes` is in a plan: the name of every artifact of its Pipe tasks by key, made already or not. */
export type Pipes =
  | { readonly kind: "names"; readonly names: Readonly<Record<string, string>> }
  /** Two pipes of the plan have the same key, or would write the same object. */
  | { readonly kind: "clash"; readonly problem: string };

/** Names of the artifacts of a plan. A task that two steps list makes them twice, so that its keys clash. */
export function pipesOf(pkg: OperatorPackage, plan: Plan, instance: string): Pipes {
  const names = new Map<string, string>();
  const makers = new Map<string, string>();
  const clash = (problem: string): Pipes => ({ kind: "clash", problem: `plan '${plan.name}': ${problem}` });
  for (const place of placesOf(pkg, plan, instance)) {
    const own = `'${place.task}' of ${place.phase}.${place.step}`;
    const pod = pipePodName(place);
    const rival = makers.get(pod);
    if (rival !== undefined) return clash(`the tasks ${rival} and ${own} both make the pod ${pod}`);
    makers.set(pod, own);
    for (const { key, kind } of place.entries) {
      if (names.has(key)) return clash(`the pipe key '${key}' occurs twice, the second time in task ${own}`);
      const name = pipeArtifactName(place, key);
      const other = makers.get(`${kind}/${name}`);
      if (other !== undefined)
        return clash(`the pipe keys '${other}' and '${key}' of task ${own} both make ${kind} ${name}`);
      makers.set(`${kind}/${name}`, key);
      names.set(key, name);
    }
  }
  return { kind: "names", names: Object.fromEntries(names) };
}

function placesOf(pkg: OperatorPackage, { name: plan, phases }: Plan, instance: string) {
  return phases.flatMap((phase) =>
    phase.steps.flatMap((step) =>
      step.tasks.flatMap((name) => {
        const task = findTask(pkg, name);
        if (task?.kind !== "Pipe") return [];
        return [{ instance, plan, phase: phase.name, step: step.name, task: name, entries: task.pipe }];
      }),
    ),
  );
}
