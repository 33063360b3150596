import { asObject, canonicalJson, type JsonObject } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { type ControllerClient, ownedBy } from "./controllerClient.ts";
import { templateHash } from "./podControl.ts";

const REVISIONS = "apps/controllerrevisions";

/** The templates a StatefulSet or DaemonSet had, newest last; the last one is that of its spec now. */
export function revisionsOf(
  owner: KubeObject,
  client: ControllerClient,
): { readonly update: KubeObject | undefined; readonly all: readonly KubeObject[] } {
  const template = asObject(asObject(owner.spec).template);
  const data: JsonObject = { spec: { template: { ...template, $patch: "replace" } } };
  const known = [...client.controlled(owner, REVISIONS)].sort((a, b) => numberOf(a) - numberOf(b));
  const same = known.find((revision) => canonicalJson(revision.data) === canonicalJson(data));
  const newest = numberOf(known.at(-1));
  if (same) {
    if (numberOf(same) === newest) return { update: same, all: known };
    const moved = client.change(REVISIONS, same, (draft) => {
      draft.revision = newest + 1;
    });
    return { update: moved ?? same, all: known };
  }
  const hash = templateHash(template);
  const created = client.create(REVISIONS, owner.metadata.namespace ?? "", {
    metadata: {
      name: `${owner.metadata.name}-${hash}`,
      labels: {
        ...asObject(asObject(template.metadata).labels),
        "controller.kubernetes.io/hash": hash,
      },
      ownerReferences: [ownedBy(owner)],
    },
    data,
    revision: newest + 1,
  });
  return { update: created, all: created ? [...known, created] : known };
}

/** The pod template that a revision keeps. */
export function templateOf(revision: KubeObject): JsonObject {
  const { $patch: _patch, ...template } = asObject(asObject(asObject(revision.data).spec).template);
  return template;
}

/** Deletes the oldest revisions beyond the limit, except those named. */
export function trimRevisions(
  owner: KubeObject,
  all: readonly KubeObject[],
  keep: readonly string[],
  client: ControllerClient,
): void {
  const limit = Number(asObject(owner.spec).revisionHistoryLimit ?? 10);
  const idle = all.filter(({ metadata }) => !keep.includes(metadata.name ?? ""));
  for (const revision of idle.slice(0, Math.max(0, idle.length - limit))) client.delete(REVISIONS, revision);
}

function numberOf(revision: KubeObject | undefined): number {
  return Number(revision?.revision ?? 0);
}
