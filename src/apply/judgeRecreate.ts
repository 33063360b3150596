import { annotationsOf, type KubeObject } from "../object/kubeObject.ts";
import { parseApiVersion } from "../object/objectRef.ts";
import { ANNOTATION_RECREATE } from "../object/ownership.ts";

/** Whether an object may be deleted and created again; if not, why, as a clause. */
export type RecreateVerdict =
  | { readonly kind: "allowed" }
  | { readonly kind: "refused"; readonly reason: string };

/** Kinds whose deletion takes with it what creating them again does not bring back. */
const STATEFUL: ReadonlySet<string> = new Set([
  "StatefulSet",
  "PersistentVolumeClaim",
  "PersistentVolume",
  "Namespace",
  "CustomResourceDefinition",
]);

/** API groups whose kinds we know; behind a custom resource may be a database. */
const KNOWN_GROUPS: ReadonlySet<string> = new Set([
  "",
  "admissionregistration.k8s.io",
  "apps",
  "autoscaling",
  "batch",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "flowcontrol.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
]);

const HOW_TO_ALLOW = `the annotation ${ANNOTATION_RECREATE}: "true" on it in its template lets it be deleted and created again`;

/**
 * Judges whether an object of ours may be recreated (engine.md, 4): by itself only what holds nothing, everything when
 * its template says so, nothing that its template or a person at the cluster forbids.
 */
export function judgeRecreate(desired: KubeObject, live: KubeObject, isAdopted: boolean): RecreateVerdict {
  const word = annotationsOf(desired)[ANNOTATION_RECREATE];
  if (word === "false" || annotationsOf(live)[ANNOTATION_RECREATE] === "false")
    return refused(`its annotation ${ANNOTATION_RECREATE}: "false" forbids to delete and create it again`);
  if (word === "true") return { kind: "allowed" };
  if (isAdopted) return refused(`it was there before this instance; ${HOW_TO_ALLOW}`);
  if (STATEFUL.has(desired.kind)) return refused(`what it holds could be lost; ${HOW_TO_ALLOW}`);
  if (!KNOWN_GROUPS.has(parseApiVersion(desired.apiVersion).group))
    return refused(`what stands behind a custom resource could be lost; ${HOW_TO_ALLOW}`);
  return { kind: "allowed" };
}

function refused(reason: string): RecreateVerdict {
  return { kind: "refused", reason };
}
