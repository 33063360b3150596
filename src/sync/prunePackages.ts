import { refKey } from "../object/objectRef.ts";
import type { Published, PublishedObjects } from "./publishedObjects.ts";
import { deleteObject } from "./removeInstances.ts";
import type { SyncDeps } from "./syncDeps.ts";

/**
 * The OperatorVersions and Operators of a source that may go: no source declares them, and no Instance, living or on
 * its way out, names them.
 *
 * @param declared  `refKey`s of what any source declares
 */
export function unusedPackages(
  published: PublishedObjects,
  source: string,
  declared: ReadonlySet<string>,
): readonly Published[] {
  const isCandidate = (item: Published): boolean =>
    item.source === source && !item.deleting && !declared.has(refKey(item.ref));
  const named = new Set(published.ofKind("Instance").map(({ uses }) => `${uses.namespace}/${uses.name}`));
  const versions = published.ofKind("OperatorVersion");
  const goingVersions = versions.filter(
    (item) => isCandidate(item) && !named.has(`${item.ref.namespace}/${item.ref.name}`),
  );
  const going = new Set(goingVersions);
  const operators = published
    .ofKind("Operator")
    .filter(
      (item) =>
        isCandidate(item) &&
        !versions.some(
          (version) =>
            !going.has(version) &&
            version.ref.namespace === item.ref.namespace &&
            version.uses.name === item.ref.name,
        ),
    );
  return [...goingVersions, ...operators];
}

/** Deletes the unused packages of a source. @throws ClusterError, SyncError notLeader */
export async function prunePackages(
  deps: SyncDeps,
  source: string,
  declared: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<void> {
  for (const { ref, uid } of unusedPackages(deps.published, source, declared))
    if (await deleteObject(deps, ref, uid, signal)) deps.emit({ kind: "pruned", source, object: ref });
}
