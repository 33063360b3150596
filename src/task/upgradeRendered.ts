import { assertNever } from "../base/assertNever.ts";
import type { ClusterClient } from "../cluster/clusterClient.ts";
import { formatRef, refOf } from "../object/objectRef.ts";
import type { RenderedObject } from "../render/renderTask.ts";
import { removedVersion } from "../successor/removedVersions.ts";
import { upgradeObject } from "../successor/upgradeObject.ts";

/** An object in a version that the cluster serves, where that could be done. */
export interface UpgradedObject extends RenderedObject {
  /** What a person should know of the change; absent for an object that is as it was rendered. */
  readonly warnings?: readonly string[];
}

/** The objects of a task after the upgrade. */
export interface UpgradedObjects {
  readonly objects: readonly UpgradedObject[];
  /** Why objects could not be upgraded, which are among `objects` as they were. */
  readonly problems: readonly string[];
}

/** True for the kinds that the cluster serves, of those whose version Kubernetes has removed. */
export type Served = ReadonlyMap<string, boolean>;

/** Asks the cluster about every version among the objects that Kubernetes has removed; others cost nothing. */
export async function lookUpServed(
  client: Pick<ClusterClient, "resource">,
  objects: readonly RenderedObject[],
  signal: AbortSignal,
): Promise<Served> {
  const served = new Map<string, boolean>();
  for (const { object } of objects) {
    const { apiVersion, kind } = object;
    const key = typeKey(apiVersion, kind);
    if (served.has(key) || removedVersion(apiVersion, kind)?.removed === undefined) continue;
    served.set(key, (await client.resource(apiVersion, kind, { signal })) !== undefined);
  }
  return served;
}

/** Each object in the words of its successor where the cluster dropped its version (engine.md, 4). */
export function upgradeRendered(rendered: readonly RenderedObject[], served: Served): UpgradedObjects {
  const problems: string[] = [];
  const objects = rendered.map((entry): UpgradedObject => {
    const upgrade = upgradeObject(
      entry.object,
      (apiVersion, kind) => served.get(typeKey(apiVersion, kind)) ?? true,
    );
    switch (upgrade.kind) {
      case "kept":
        return entry;
      case "upgraded": {
        const { apiVersion } = entry.object;
        const head = `${apiVersion} is no longer served and becomes ${upgrade.object.apiVersion}`;
        return { ...entry, object: upgrade.object, warnings: [head, ...upgrade.warnings] };
      }
      case "impossible":
        problems.push(`templates/${entry.template}: ${formatRef(refOf(entry.object))}: ${upgrade.message}`);
        return entry;
      default:
        return assertNever(upgrade);
    }
  });
  return { objects, problems };
}

function typeKey(apiVersion: string, kind: string): string {
  return `${apiVersion}|${kind}`;
}
