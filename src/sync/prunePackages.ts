import { refKey } from "../object/objectRef.ts";
import type { Published, PublishedObjects } from "./publishedObjects.ts";
import { deleteObject } from "./removeInstances.ts";
import type { SyncDeps } from "./syncDeps.ts";

/**
 * The OperatorVersions and Operators of a source that may go: no source declares them, no Instance, living or on its way
 * out, names them, and no OperatorVersion that stays depends on them.
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
  const staying = withNeeds(
    versions,
    versions.filter((item) => !isCandidate(item) || named.has(keyOf(item))),
  );
  const goingVersions = versions.filter((item) => !staying.has(keyOf(item)));
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

/** Keys of OperatorVersions and of all that they depend on. */
function withNeeds(all: readonly Published[], staying: readonly Published[]): ReadonlySet<string> {
  const byKey = new Map(all.map((item) => [keyOf(item), item]));
  const keys = new Set<string>();
  const add = (item: Published | undefined): void => {
    if (!item || keys.has(keyOf(item))) return;
    keys.add(keyOf(item));
    for (const name of item.needs) add(byKey.get(`${item.ref.namespace}/${name}`));
  };
  for (const item of staying) add(item);
  return keys;
}

function keyOf({ ref }: Published): string {
  return `${ref.namespace}/${ref.name}`;
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
