import { posix } from "node:path";
import { asList, asObject, asString, type JsonObject, valueAt } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { annotationsOf } from "../object/kubeObject.ts";
import { ANNOTATION_PIPE_POD } from "../object/ownership.ts";
import type { PipeEntry } from "./operatorPackage.ts";

/** The container in which files are read once the init container has made them. */
export const PIPE_CONTAINER = "waiter";

/** A file name that can be the key of a Secret or ConfigMap. */
const FILE_KEY = /^[-._a-zA-Z0-9]+$/;

/** Path of the file that a pipe reads. */
export function pipePath({ file, envFile }: PipeEntry): string {
  return file || envFile || "";
}

/** What keeps a rendered pod from making files (package-format 3.4); empty for a good one. */
export function pipePodProblems(pod: KubeObject, pipe: readonly PipeEntry[]): readonly string[] {
  if (pod.apiVersion !== "v1" || pod.kind !== "Pod")
    return [`it is ${pod.kind} of ${pod.apiVersion}; a pipe needs a Pod of v1`];
  const spec = asObject(pod.spec);
  const problems: string[] = [];
  if (asList(spec.containers).length > 0)
    problems.push("the pod has containers; its init container makes the files, and nothing else may run");
  const inits = asList(spec.initContainers).length;
  if (inits !== 1) problems.push(`the pod has ${inits} init containers; exactly one makes the files`);
  const policy = asString(spec.restartPolicy) ?? "";
  if (policy !== "" && policy !== "OnFailure")
    problems.push(`restartPolicy is ${policy}; it can only be OnFailure`);
  const volumes = emptyDirs(spec);
  if (volumes.length !== 1)
    problems.push(
      `the pod has ${volumes.length} emptyDir volumes; the files lie in exactly one (other kinds of volumes are free)`,
    );
  if (inits !== 1 || volumes.length !== 1) return problems;
  const mount = sharedMount(spec);
  if (!mount) return [...problems, `the init container does not mount the emptyDir volume ${volumes[0]}`];
  return [...problems, ...pipe.flatMap((entry) => fileProblems(entry, asString(mount.mountPath) ?? ""))];
}

function fileProblems(entry: PipeEntry, mountPath: string): readonly string[] {
  const path = pipePath(entry);
  const name = posix.basename(path);
  if (!isBeneath(mountPath, path))
    return [
      `the file ${path} is not beneath ${mountPath}, where the emptyDir volume is mounted (nothing there may begin with a dot)`,
    ];
  if (entry.file && !FILE_KEY.test(name))
    return [`the file name ${name} cannot be a key: letters, digits, -, _ and . make one`];
  return [];
}

function isBeneath(mountPath: string, path: string): boolean {
  if (posix.isAbsolute(mountPath) !== posix.isAbsolute(path)) return false;
  const relative = posix.relative(mountPath, path);
  return relative !== "" && !relative.startsWith(".");
}

/** The pod that runs: named, with a container that keeps it alive while the files are read. */
export function pipePod(pod: KubeObject, name: string): KubeObject {
  const spec = asObject(pod.spec);
  const { name: volume = "", mountPath = "" } = sharedMount(spec) ?? {};
  const { generateName: _, ...metadata } = asObject(pod.metadata);
  const annotations = { ...annotationsOf(pod), [ANNOTATION_PIPE_POD]: "true" };
  return {
    ...pod,
    metadata: { ...metadata, name, annotations },
    spec: {
      ...spec,
      restartPolicy: "OnFailure",
      containers: [
        {
          name: PIPE_CONTAINER,
          image: "busybox",
          command: ["/bin/sh", "-c"],
          args: ["sleep infinity"],
          volumeMounts: [{ name: volume, mountPath }],
        },
      ],
    },
  } as KubeObject;
}

function emptyDirs(spec: JsonObject): readonly string[] {
  return asList(spec.volumes)
    .map(asObject)
    .filter(({ emptyDir }) => emptyDir !== undefined && emptyDir !== null)
    .map(({ name }) => asString(name) ?? "");
}

/** Where the init container mounts the volume of the files. */
function sharedMount(spec: JsonObject): JsonObject | undefined {
  const [volume] = emptyDirs(spec);
  const mounts = asList(valueAt(asList(spec.initContainers)[0], "volumeMounts")).map(asObject);
  return mounts.find(({ name }) => name === volume);
}
