import { asList, asObject, asString, canonicalJson } from "../object/json.ts";
import { annotationsOf, type KubeObject, labelsOf, type ObjectMeta } from "../object/kubeObject.ts";
import {
  ANNOTATION_OWNER,
  digestOf,
  type InstanceIdentity,
  LABEL_INSTANCE,
  LABEL_OPERATOR,
  ownerMark,
  parseOwnerMark,
  STAMPS,
  sharedOperatorAnnotation,
  sharedOwnerAnnotation,
} from "../object/ownership.ts";

/** The operator that an owner runs; decides whose content a shared object has. */
export interface OwnerOperator {
  readonly name: string;
  readonly version: string;
}

/** One owner of a cluster-scoped object. */
export interface SharedOwner {
  readonly instance: InstanceIdentity;
  /** Absent when its annotation was lost. */
  readonly operator?: OwnerOperator;
}

/** Puts the ownership annotation on an object: one for all namespaced kinds, one per instance where several may own it. */
export function withOwnerMark(
  object: KubeObject,
  instance: InstanceIdentity,
  operator: OwnerOperator,
  namespaced: boolean,
): KubeObject {
  const marks = namespaced
    ? { [ANNOTATION_OWNER]: ownerMark(instance) }
    : {
        [sharedOwnerAnnotation(instance)]: ownerMark(instance),
        [sharedOperatorAnnotation(instance)]: `${operator.name}/${operator.version}`,
      };
  return withAnnotations(object, { ...annotationsOf(object), ...marks });
}

/** The keys under which an instance marks its objects, whatever their scope. */
export function markKeys(instance: InstanceIdentity): readonly string[] {
  return [ANNOTATION_OWNER, sharedOwnerAnnotation(instance), sharedOperatorAnnotation(instance)];
}

/** The owner of a namespaced object, from its annotation. */
export function ownerOf(object: KubeObject): InstanceIdentity | undefined {
  const mark = asString(annotationsOf(object)[ANNOTATION_OWNER]);
  return mark === undefined ? undefined : parseOwnerMark(mark);
}

/** All owners of a cluster-scoped object. */
export function sharedOwnersOf(object: KubeObject): readonly SharedOwner[] {
  const annotations = annotationsOf(object);
  return Object.entries(annotations).flatMap(([key, value]) => {
    const instance = key.startsWith(`${ANNOTATION_OWNER}.`) ? parseOwnerMark(value) : undefined;
    if (!instance) return [];
    const operator = parseOperator(annotations[sharedOperatorAnnotation(instance)]);
    return [operator ? { instance, operator } : { instance }];
  });
}

/** `sha256:` of an object without its stamps: equal digests mean equal content. */
export function contentDigest(object: KubeObject): string {
  return digestOf(canonicalJson(withoutAnnotations(object, STAMPS)));
}

/** The object with the stamps of another version of it, so that only content can differ. */
export function withStampsOf(object: KubeObject, other: KubeObject): KubeObject {
  const stamps = Object.entries(annotationsOf(other)).filter(([key]) => STAMPS.includes(key));
  const rest = Object.entries(annotationsOf(object)).filter(([key]) => !STAMPS.includes(key));
  return withAnnotations(object, Object.fromEntries([...rest, ...stamps]));
}

/** Without what differs only by instance: applied by the first owner of a shared object alone. */
export function withoutInstanceValues(object: KubeObject): KubeObject {
  const { [LABEL_INSTANCE]: _, [LABEL_OPERATOR]: __, ...labels } = labelsOf(object);
  const { labels: ___, ...metadata } = withoutAnnotations(object, STAMPS).metadata;
  const kept = Object.keys(labels).length > 0 ? { ...metadata, labels } : metadata;
  return { ...object, metadata: kept as ObjectMeta };
}

/** Nothing but identity and our marks: an owner without a say in the content. */
export function onlyMarks(object: KubeObject, instance: InstanceIdentity): KubeObject {
  const keys = markKeys(instance);
  const marks = Object.entries(annotationsOf(object)).filter(([key]) => keys.includes(key));
  const bare = emptySetOf(object);
  return { ...bare, metadata: { ...bare.metadata, annotations: Object.fromEntries(marks) } };
}

/** Nothing but identity: applying it lets go of every field. */
export function emptySetOf({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { name = "", namespace } = metadata;
  return { apiVersion, kind, metadata: namespace ? { name, namespace } : { name } };
}

/** Without the owner reference to the instance: what was there before us must not be collected with it. */
export function withoutOwnerReference(object: KubeObject, instance: InstanceIdentity): KubeObject {
  const { ownerReferences, ...metadata } = object.metadata;
  const strangers = asList(ownerReferences).filter((owner) => asObject(owner).uid !== instance.uid);
  const kept = strangers.length > 0 ? { ...metadata, ownerReferences: strangers } : metadata;
  return { ...object, metadata: kept as ObjectMeta };
}

/** On a cluster-scoped object that was there before its first owner, so that its last one releases it. */
const ANNOTATION_ADOPTED = "lockstep.dev/adopted";

/** Marks a cluster-scoped object as older than its owners. */
export function withAdoptedMark(object: KubeObject): KubeObject {
  return withAnnotations(object, { ...annotationsOf(object), [ANNOTATION_ADOPTED]: "true" });
}

/** True when a cluster-scoped object was there before its first owner. */
export function isMarkedAdopted(object: KubeObject): boolean {
  return annotationsOf(object)[ANNOTATION_ADOPTED] === "true";
}

function withAnnotations(object: KubeObject, annotations: Readonly<Record<string, string>>): KubeObject {
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function withoutAnnotations(object: KubeObject, keys: readonly string[]): KubeObject {
  const kept = Object.entries(annotationsOf(object)).filter(([key]) => !keys.includes(key));
  const { annotations: _, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: (kept.length > 0
      ? { ...metadata, annotations: Object.fromEntries(kept) }
      : metadata) as ObjectMeta,
  };
}

function parseOperator(value: unknown): OwnerOperator | undefined {
  const text = asString(value);
  const slash = text?.indexOf("/") ?? -1;
  if (text === undefined || slash < 0) return undefined;
  return { name: text.slice(0, slash), version: text.slice(slash + 1) };
}

/** True when KUDO labelled the object for the instance of that name. */
export function hasKudoLabels(object: KubeObject, instanceName: string): boolean {
  const labels = asObject(object.metadata.labels);
  return labels.heritage === "kudo" && labels[LABEL_INSTANCE] === instanceName;
}
