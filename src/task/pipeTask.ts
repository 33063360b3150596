import type { DesiredObject } from "../apply/desiredObject.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { type ObjectRef, refOf } from "../object/objectRef.ts";
import { ANNOTATION_PIPE_ARTIFACT } from "../object/ownership.ts";
import type { PipeEntry, Task } from "../package/operatorPackage.ts";
import { pipeArtifactName, pipePodName } from "../package/pipeNames.ts";
import { pipePath, pipePod, pipePodProblems } from "../package/pipePod.ts";
import { type Decoration, decorate } from "../render/decorate.ts";
import { RenderError } from "../render/renderError.ts";

/** A Pipe task that is ready to run. */
export interface PipeTask {
  readonly task: string;
  /** The pod that makes the files. */
  readonly pod: DesiredObject;
  readonly entries: readonly PipeEntry[];
  readonly decoration: Decoration;
}

const KEY = /^[a-zA-Z0-9_-]+$/;

/** @throws RenderError for a task that no pod could carry out */
export function requirePipe({ pod, pipe }: Extract<Task, { kind: "Pipe" }>): void {
  const refuse = (message: string): never => {
    throw new RenderError("TaskBuildError", message);
  };
  if (pod === "") refuse("a task of kind Pipe needs a pod");
  if (pipe.length === 0) refuse("a task of kind Pipe needs a pipe");
  for (const { file, envFile, kind, key } of pipe) {
    if (Boolean(file) === Boolean(envFile)) refuse(`pipe '${key}' needs either file or envFile`);
    if (kind !== "Secret" && kind !== "ConfigMap")
      refuse(`pipe '${key}' makes a Secret or a ConfigMap, not '${kind}'`);
    if (!KEY.test(key)) refuse(`'${key}' is not a pipe key: letters, digits, - and _ make one`);
  }
}

/**
 * The task with its pod made complete (package-format 3.4).
 *
 * @param rendered  the pod as its template gave it
 * @throws RenderError when the pod cannot make the files
 */
export function pipeTask(
  { name, pod: template, pipe }: Extract<Task, { kind: "Pipe" }>,
  rendered: KubeObject,
  decoration: Decoration,
): PipeTask {
  const file = `templates/${template}`;
  const problems = pipePodProblems(rendered, pipe);
  if (problems.length > 0)
    throw new RenderError("ResourceValidationError", `${file}: ${problems.join("; ")}`, {
      location: { file },
    });
  const pod = pipePod(rendered, pipePodName(placeOf(name, decoration)));
  const origin = originOf(name, decoration);
  return {
    task: name,
    entries: pipe,
    decoration,
    pod: { object: decorate(pod, true, decoration), origin, file },
  };
}

/** The pod and what it makes, in the order of the pipes. */
export function pipeRefs({ task, pod, entries, decoration }: PipeTask): readonly ObjectRef[] {
  const artifacts = entries.map((entry) => refOf(emptyArtifact(task, entry, decoration)));
  return [refOf(pod.object), ...artifacts];
}

/** What stands in a Secret or ConfigMap; for a Secret's `data` and for `binaryData` it is base64. */
export type ArtifactContent =
  | { readonly kind: "file"; readonly name: string; readonly bytes: Buffer }
  | { readonly kind: "variables"; readonly values: ReadonlyMap<string, string> };

/** The object that a pipe makes of what its file holds. */
export function artifact(
  { task, decoration }: PipeTask,
  entry: PipeEntry,
  content: ArtifactContent,
): DesiredObject {
  const object = { ...emptyArtifact(task, entry, decoration), ...contentOf(entry.kind, content) };
  return { object: decorate(object, true, decoration), origin: originOf(task, decoration) };
}

function emptyArtifact(task: string, { key, kind }: PipeEntry, decoration: Decoration): KubeObject {
  return {
    apiVersion: "v1",
    kind,
    metadata: {
      name: pipeArtifactName(placeOf(task, decoration), key),
      namespace: decoration.instance.namespace,
      annotations: { [ANNOTATION_PIPE_ARTIFACT]: task },
    },
  };
}

/** A file becomes `binaryData` of a ConfigMap, as KUDO has it: it need not be text. */
function contentOf(kind: string, content: ArtifactContent) {
  const base64 = (value: Buffer | string): string => Buffer.from(value).toString("base64");
  const isSecret = kind === "Secret";
  const type = isSecret ? { type: "Opaque" } : {};
  if (content.kind === "file") {
    const data = { [content.name]: base64(content.bytes) };
    return isSecret ? { ...type, data } : { binaryData: data };
  }
  const values = [...content.values].map(([key, value]) => [key, isSecret ? base64(value) : value]);
  return { ...type, data: Object.fromEntries(values) };
}

function placeOf(task: string, { instance, plan, phase, step }: Decoration) {
  return { instance: instance.name, plan, phase, step, task };
}

function originOf(task: string, { plan, phase, step }: Decoration) {
  return { plan, phase, step, task };
}

/** The files that a task reads, each once. */
export function pipePaths({ entries }: PipeTask): readonly string[] {
  return [...new Set(entries.map(pipePath))];
}
