import { asList, asObject, asString, type JsonObject, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { ControllerClient } from "./controllerClient.ts";

const CLAIMS = "/persistentvolumeclaims";

/** A claim of a template for one pod, and the volume of the pod that mounts it. */
interface PodClaim {
  readonly name: string;
  readonly volume: string;
  readonly template: JsonObject;
}

/** The claims that one pod of a StatefulSet mounts. */
export function claimsOf(set: KubeObject, podName: string): readonly PodClaim[] {
  return asList(asObject(set.spec).volumeClaimTemplates).map((item) => {
    const template = asObject(item);
    const volume = asString(asObject(template.metadata).name) ?? "";
    return { name: `${volume}-${podName}`, volume, template };
  });
}

/** Makes the claims of a pod that are not there. They outlive it. */
export function ensureClaims(set: KubeObject, podName: string, client: ControllerClient): void {
  const namespace = set.metadata.namespace ?? "";
  for (const { name, template } of claimsOf(set, podName)) {
    if (client.get(CLAIMS, namespace, name)) continue;
    const metadata = asObject(template.metadata);
    const created = client.create(CLAIMS, namespace, {
      metadata: {
        name,
        labels: {
          ...asObject(metadata.labels),
          ...asObject(valueAt(set, "spec", "selector", "matchLabels")),
        },
        ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations }),
      },
      spec: template.spec ?? {},
    });
    if (created) {
      client.event(
        set,
        "Normal",
        "SuccessfulCreate",
        `create Claim ${name} Pod ${podName} in StatefulSet ${set.metadata.name} success`,
        "statefulset-controller",
      );
    }
  }
}

/** With `whenDeleted: Delete` the claims belong to the set; with `whenScaled: Delete` surplus ones go. */
export function applyRetention(set: KubeObject, client: ControllerClient): void {
  const policy = asObject(asObject(set.spec).persistentVolumeClaimRetentionPolicy);
  if (policy.whenDeleted !== "Delete" && policy.whenScaled !== "Delete") return;
  const namespace = set.metadata.namespace ?? "";
  const first = Number(valueAt(set, "spec", "ordinals", "start") ?? 0);
  const end = first + Number(asObject(set.spec).replicas ?? 1);
  const prefixes = claimsOf(set, set.metadata.name ?? "").map(({ name }) => `${name}-`);
  for (const claim of client.list(CLAIMS, namespace)) {
    const name = claim.metadata.name ?? "";
    const prefix = prefixes.find((start) => name.startsWith(start) && /^\d+$/.test(name.slice(start.length)));
    if (prefix === undefined) continue;
    const ordinal = Number(name.slice(prefix.length));
    const podIsGone = !client.get("/pods", namespace, `${set.metadata.name}-${ordinal}`);
    if (policy.whenScaled === "Delete" && ordinal >= end && podIsGone) client.delete(CLAIMS, claim);
    else if (policy.whenDeleted === "Delete") own(set, claim, client);
  }
}

function own(set: KubeObject, claim: KubeObject, client: ControllerClient): void {
  const owners = asList(claim.metadata.ownerReferences);
  if (owners.some((owner) => asObject(owner).uid === set.metadata.uid)) return;
  const { apiVersion, kind, metadata } = set;
  client.change(CLAIMS, claim, (draft) => {
    draft.metadata.ownerReferences = [
      ...owners,
      {
        apiVersion,
        kind,
        name: metadata.name ?? "",
        uid: metadata.uid ?? "",
        controller: true,
        blockOwnerDeletion: true,
      },
    ] as never;
  });
}
