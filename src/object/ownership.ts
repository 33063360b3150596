import { createHash } from "node:crypto";

/** Labels and annotations of KUDO (package-format 6.1). */
export const LABEL_HERITAGE = "heritage";
export const LABEL_OPERATOR = "kudo.dev/operator";
export const LABEL_INSTANCE = "kudo.dev/instance";
export const ANNOTATION_PLAN = "kudo.dev/plan";
export const ANNOTATION_PHASE = "kudo.dev/phase";
export const ANNOTATION_STEP = "kudo.dev/step";
export const ANNOTATION_PLAN_UID = "kudo.dev/last-plan-execution-uid";
export const ANNOTATION_OPERATOR_VERSION = "kudo.dev/operator-version";
export const ANNOTATION_DEPENDENCIES_HASH = "kudo.dev/dependencies-hash";
export const ANNOTATION_KUDO_LAST_APPLIED = "kudo.dev/last-applied-configuration";
export const ANNOTATION_SKIP_HASH = "kudo.dev/skip-hash-calculation";
export const ANNOTATION_KUBECTL_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
/** On the pod that makes the files of a Pipe task. */
export const ANNOTATION_PIPE_POD = "kudo.dev/pipepod";
export const KUDO_CLEANUP_FINALIZER = "kudo.dev.instance.cleanup";

/** Annotations, labels and finalizers of our own (engine.md, 1 and 2). */
export const ANNOTATION_OWNER = "lockstep.dev/instance";
export const ANNOTATION_ADOPT = "lockstep.dev/adopt";
/** On a rendered object: `"true"` lets it be deleted and created again whatever it is, `"false"` forbids it. */
export const ANNOTATION_RECREATE = "lockstep.dev/recreate";
/** On a ConfigMap or Secret with a file of a Pipe task: its content is not shown, whatever its kind. */
export const ANNOTATION_PIPE_ARTIFACT = "lockstep.dev/pipe-artifact";
export const ANNOTATION_SYNC = "lockstep.dev/sync";
export const ANNOTATION_SOURCE = "lockstep.dev/source";
export const ANNOTATION_REVISION = "lockstep.dev/revision";
export const ANNOTATION_PACKAGE_DIGEST = "lockstep.dev/package-digest";
/** On every Secret that holds state of ours; its value says which kind of state. */
export const LABEL_STATE = "lockstep.dev/state";
export const FINALIZER_PRUNE = "lockstep.dev/prune";

/** Annotations that say which run wrote an object: refreshed when it is written anyway, never compared. */
export const STAMPS: readonly string[] = [
  ANNOTATION_PLAN,
  ANNOTATION_PHASE,
  ANNOTATION_STEP,
  ANNOTATION_PLAN_UID,
];

/** Field manager of what sync publishes, and of status writes. */
export const MANAGER_SYNC = "lockstep-sync";
export const MANAGER_STATUS = "lockstep";
/** Every field manager of an instance begins so. */
export const MANAGER_PREFIX = "lockstep/";

/** One installation of an operator. */
export interface InstanceKey {
  readonly namespace: string;
  readonly name: string;
}

/** An instance in one of its lives: `uid` tells it from a namesake that came later. */
export interface InstanceIdentity extends InstanceKey {
  readonly uid: string;
}

/** `namespace/name`. */
export function instanceKey({ namespace, name }: InstanceKey): string {
  return `${namespace}/${name}`;
}

/** Value of the ownership annotation: `namespace/name/uid`. */
export function ownerMark({ namespace, name, uid }: InstanceIdentity): string {
  return `${namespace}/${name}/${uid}`;
}

/** Reads an ownership annotation back; `undefined` when it is malformed. */
export function parseOwnerMark(value: string): InstanceIdentity | undefined {
  const [namespace, name, uid, ...rest] = value.split("/");
  return namespace && name && uid && rest.length === 0 ? { namespace, name, uid } : undefined;
}

/** Annotation key under which one instance marks a cluster-scoped object that several may share. */
export function sharedOwnerAnnotation(instance: InstanceIdentity): string {
  return `${ANNOTATION_OWNER}.${shortHash(ownerMark(instance))}`;
}

/** Annotation key beside {@link sharedOwnerAnnotation}: the operator that this owner runs, `name/version`. */
export function sharedOperatorAnnotation(instance: InstanceIdentity): string {
  return `lockstep.dev/operator.${shortHash(ownerMark(instance))}`;
}

/** Longest field manager the API server takes, in bytes. One more is a 422. */
const MANAGER_MAX_BYTES = 128;

/** Field manager of an instance's objects: `lockstep/<namespace>/<name>`, its end hashed when too long. */
export function fieldManager(instance: InstanceKey): string {
  const full = `${MANAGER_PREFIX}${instance.namespace}/${instance.name}`;
  if (Buffer.byteLength(full) <= MANAGER_MAX_BYTES) return full;
  const hash = shortHash(full);
  return `${full.slice(0, MANAGER_MAX_BYTES - hash.length - 1)}-${hash}`;
}

/** Longest name of a Secret. */
const NAME_MAX = 253;

/** Name of the Secret that is an instance's index: `lockstep-<instance>`, its end hashed when too long. */
export function indexSecretName(instanceName: string): string {
  const full = `lockstep-${instanceName}`;
  return full.length <= NAME_MAX ? full : `${full.slice(0, NAME_MAX - 11)}-${shortHash(full)}`;
}

/** Ten hexadecimal digits of a text's SHA-256: enough to tell names apart, not to resist an attacker. */
export function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 10);
}

/** `sha256:<hex>` of a text. */
export function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
