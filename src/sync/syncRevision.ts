import type { Issue } from "../base/issue.ts";
import { refKey } from "../object/objectRef.ts";
import { instanceKey } from "../object/ownership.ts";
import type { InstanceFile } from "../package/instanceFile.ts";
import type { Source } from "../source/source.ts";
import { instanceRef } from "./crds.ts";
import { type DeclaredRevision, declareRevision } from "./declareRevision.ts";
import type { Hold } from "./hold.ts";
import type { LoadedRevision } from "./loadedRevision.ts";
import { type OwnedInstance, planRemovals, type RemovalPlan } from "./planRemovals.ts";
import { prunePackages } from "./prunePackages.ts";
import { publishRevision } from "./publishRevision.ts";
import { removeInstances } from "./removeInstances.ts";
import type { SourceRecord } from "./sourceRecord.ts";
import type { SyncDeps } from "./syncDeps.ts";

/** What one source needs to know of the others. */
export interface OtherSources {
  /** True when another source declares the object with this `refKey`. */
  declares(key: string): boolean;
  /** True when another source declares it, or would if it were not ours. */
  wants(key: string): boolean;
  /** True when that source is configured and has not said yet what it declares. */
  isUndecided(source: string): boolean;
}

/** A revision, and what is known about its source. */
export interface SyncInput {
  readonly source: Pick<Source, "name" | "url" | "ref">;
  /** As configured. */
  readonly path: string;
  readonly loaded: LoadedRevision;
  readonly previous: DeclaredRevision | undefined;
  readonly record: SourceRecord | undefined;
  readonly others: OtherSources;
  /** Told what the revision declares before the first write. */
  readonly onDeclared: (declared: DeclaredRevision) => void;
}

/** What syncing a revision changed, and what is wrong with it. */
export interface SyncOutcome {
  readonly written: number;
  readonly removed: number;
  readonly issues: readonly Issue[];
  /** Objects that the API server refused; as long as there are any, no file counts as gone. */
  readonly refused: number;
  /** True when another attempt may do more, without a new revision. */
  readonly again: boolean;
  /** Absent when the revision was not applied whole: what was recorded stays. */
  readonly record?: SourceRecord;
}

/**
 * Brings the cluster's custom resources to a revision: publish, then remove, then prune.
 *
 * @throws ClusterError when the API server does not answer, SyncError notLeader
 */
export async function syncRevision(
  deps: SyncDeps,
  input: SyncInput,
  signal: AbortSignal,
): Promise<SyncOutcome> {
  const { source, loaded, others } = input;
  const declared = declareRevision(loaded, {
    source: source.name,
    previous: input.previous,
    published: (ref) => deps.published.get(ref),
    otherOwner: (file) => otherOwner(deps, input, file),
  });
  input.onDeclared(declared);
  const result = await publishRevision(deps, source.name, declared, signal);
  const issues = [...loaded.issues, ...declared.issues, ...result.issues];
  const { written, refused } = result;
  if (refused > 0) return { written, removed: 0, issues, refused, again: true };
  const plan = planRemovals({
    source: source.name,
    revision: loaded.revision,
    owned: ownedInstances(deps, source.name),
    declared: stayingKeys(deps, source.name, loaded, declared, others),
    completeness: loaded.completeness,
    identity: identityOf(input),
    hold: input.record?.hold,
  });
  await removeInstances(deps, source.name, loaded.revision, plan.remove, signal);
  if (loaded.completeness === "complete" && loaded.packagesComplete)
    await prunePackages(deps, source.name, packageKeys(deps, source.name, declared, others), signal);
  return {
    written,
    refused,
    removed: plan.remove.length,
    issues: [...issues, ...blockedIssue(plan)],
    again: declared.issues.length > 0,
    record: recordOf(input, plan.hold),
  };
}

function blockedIssue({ blocked }: RemovalPlan): readonly Issue[] {
  if (blocked === undefined) return [];
  return [{ severity: "warning", code: "sync.removalBlocked", message: blocked }];
}

/** Packages that some source declares; also used when an Instance goes, between revisions. */
export function packageKeys(
  deps: SyncDeps,
  source: string,
  declared: DeclaredRevision,
  others: OtherSources,
): ReadonlySet<string> {
  const keys = new Set([...declared.versions.keys(), ...declared.operators.keys()]);
  for (const kind of ["OperatorVersion", "Operator"] as const) {
    for (const item of deps.published.ofKind(kind)) {
      const key = refKey(item.ref);
      if (item.source === source && others.declares(key)) keys.add(key);
    }
  }
  return keys;
}

/** Instances of a source that are not on their way out. */
export function ownedInstances(deps: SyncDeps, source: string): readonly OwnedInstance[] {
  return deps.published
    .ofKind("Instance")
    .filter((item) => item.source === source && !item.deleting)
    .map(({ ref, uid, prune }) => ({ namespace: ref.namespace ?? "", name: ref.name, uid, prune }));
}

/** Keys of instances that no removal may touch: declared here, wanted elsewhere, or in a file with a mistake. */
function stayingKeys(
  deps: SyncDeps,
  source: string,
  loaded: LoadedRevision,
  declared: DeclaredRevision,
  others: OtherSources,
): ReadonlySet<string> {
  const keys = new Set(loaded.broken);
  for (const { file } of declared.instances.values()) keys.add(instanceKey(file));
  for (const instance of ownedInstances(deps, source))
    if (others.wants(refKey(instanceRef(instance)))) keys.add(instanceKey(instance));
  return keys;
}

function otherOwner(
  { published }: SyncDeps,
  { source, others }: SyncInput,
  file: InstanceFile,
): string | undefined {
  const ref = instanceRef(file);
  const owner = published.get(ref)?.source;
  if (owner === undefined || owner === source.name) return undefined;
  return others.declares(refKey(ref)) || others.isUndecided(owner) ? owner : undefined;
}

function identityOf({ record, source, path }: SyncInput): "same" | "changed" | "unknown" {
  if (!record) return "unknown";
  const same = record.url === source.url && record.ref === (source.ref ?? "") && record.path === path;
  return same ? "same" : "changed";
}

function recordOf({ source, path, loaded }: SyncInput, hold: Hold | undefined): SourceRecord {
  return {
    url: source.url,
    ref: source.ref ?? "",
    path,
    appliedRevision: loaded.revision,
    ...(hold && { hold }),
  };
}
