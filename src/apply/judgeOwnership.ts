import { asList, asObject, asString } from "../object/json.ts";
import { annotationsOf, type KubeObject } from "../object/kubeObject.ts";
import { ANNOTATION_ADOPT, fieldManager, type InstanceIdentity, instanceKey } from "../object/ownership.ts";
import type { AppliedEntry } from "./appliedIndex.ts";
import { findMaker, hasApplied, isKudoMaker, type ManagedEntry, otherManagers } from "./managedFields.ts";
import { hasKudoLabels, ownerOf, type SharedOwner, sharedOwnersOf } from "./marks.ts";

/** Whose an object is that stands in the cluster already. */
export type Ownership =
  /** `maker` is there when the writer before us kept its own account of fields. */
  | { readonly kind: "ours"; readonly maker?: ManagedEntry }
  /** Nobody's of Lockstep: managed from now on, never pruned. */
  | { readonly kind: "stranger"; readonly maker?: ManagedEntry }
  | { readonly kind: "other"; readonly owner: InstanceIdentity }
  /** A cluster-scoped object with other owners. */
  | { readonly kind: "shared"; readonly others: readonly SharedOwner[] };

/**
 * Judges a live object by its marks (engine.md, 1).
 *
 * @param touched  we have just written to it, so marks and labels of ours prove nothing
 */
export function judgeOwnership(
  live: KubeObject,
  instance: InstanceIdentity,
  namespaced: boolean,
  touched = false,
): Ownership {
  if (namespaced) {
    const owner = ownerOf(live);
    if (owner && instanceKey(owner) !== instanceKey(instance)) return { kind: "other", owner };
    if (owner && !touched) return { kind: "ours" };
  } else {
    const owners = sharedOwnersOf(live);
    const others = owners.filter((owner) => instanceKey(owner.instance) !== instanceKey(instance));
    if (others.length > 0) return { kind: "shared", others };
    if (owners.length > 0 && !touched) return { kind: "ours" };
  }
  const manager = fieldManager(instance);
  const isOursAlone = otherManagers(live, manager).length === 0;
  if ((isOursAlone || !touched) && hasApplied(live, manager)) return { kind: "ours" };
  const maker = findMaker(live);
  const wasOurs =
    (maker !== undefined && isKudoMaker(maker) && hasKudoLabels(live, instance.name)) ||
    (!touched && (hasKudoLabels(live, instance.name) || isChildOf(live, instance))) ||
    asString(annotationsOf(live)[ANNOTATION_ADOPT]) === "true";
  return { kind: wasOurs ? "ours" : "stranger", ...(maker && { maker }) };
}

/** True for an Instance that names the instance as its owner: KUDO puts no labels of the parent on its children. */
function isChildOf(live: KubeObject, { uid }: InstanceIdentity): boolean {
  if (live.kind !== "Instance") return false;
  return asList(live.metadata.ownerReferences).some((owner) => asObject(owner).uid === uid);
}

/**
 * True when an object whose writing was never recorded is older than our intent to write it: the write that a crash
 * cut off met something that was there, and our mark on it says nothing about who made it.
 */
export function isOlderThanIntent(live: KubeObject, entry: AppliedEntry | undefined): boolean {
  const created = Date.parse(live.metadata.creationTimestamp ?? "");
  return entry?.uid === undefined && created < Date.parse(entry?.intendedAt ?? "");
}

/** The owners in words: `databases/galera-prod, databases/galera-test`. */
export function formatOwners(owners: readonly SharedOwner[]): string {
  return owners.map(({ instance }) => instanceKey(instance)).join(", ");
}
