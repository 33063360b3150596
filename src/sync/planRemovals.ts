import { type InstanceIdentity, instanceKey } from "../object/ownership.ts";
import { type Hold, holdId } from "./hold.ts";

/** A living Instance whose annotation names the source; `prune` as on the Instance. */
export interface OwnedInstance extends InstanceIdentity {
  readonly prune: boolean;
}

/** What decides whether absent instances go. */
export interface RemovalInput {
  readonly source: string;
  readonly revision: string;
  /** Instances of the source that are not being deleted. */
  readonly owned: readonly OwnedInstance[];
  /** Keys (`namespace/name`) that some source declares now. */
  readonly declared: ReadonlySet<string>;
  /** What the revision can tell: nothing is concluded from a missing file when it is empty or could not be read whole. */
  readonly completeness: "complete" | "empty" | "partial";
  /** Whether url, ref and path are those of the last applied revision; unknown when nothing was recorded. */
  readonly identity: "same" | "changed" | "unknown";
  readonly hold: Hold | undefined;
}

/** What goes, and what keeps the rest. */
export interface RemovalPlan {
  readonly remove: readonly InstanceIdentity[];
  readonly hold: Hold | undefined;
  /** Why absent instances stay without a hold; for people. */
  readonly blocked?: string;
}

/** Most instances of a source that may go with one revision. */
export function removalLimit(total: number): number {
  return Math.max(1, Math.min(10, Math.floor(total * 0.3)));
}

/**
 * Decides which instances go because their file left Git, and which wait for a person.
 *
 * What is held stays held until it is confirmed or its file comes back, however few it is.
 */
export function planRemovals(input: RemovalInput): RemovalPlan {
  const absent = input.owned.filter(
    (instance) => instance.prune && !input.declared.has(instanceKey(instance)),
  );
  const wasHeld = new Set(input.hold?.instances.map(({ uid }) => uid));
  const held = absent.filter(({ uid }) => wasHeld.has(uid));
  const fresh = absent.filter(({ uid }) => !wasHeld.has(uid));
  if (input.completeness !== "complete") {
    const why = input.completeness === "empty" ? "has no files" : "could not be read whole";
    return {
      remove: [],
      hold: holdOf(input, held, [], input.hold?.reason ?? ""),
      ...(fresh.length > 0 && {
        blocked: `${countOf(fresh)} left Git; nothing is removed, as the revision ${why}`,
      }),
    };
  }
  const reason = fresh.length === 0 ? undefined : reasonToHold(input, absent.length, fresh.length);
  if (reason === undefined)
    return { remove: fresh.map(identityOf), hold: holdOf(input, held, [], input.hold?.reason ?? "") };
  return { remove: [], hold: holdOf(input, held, fresh, reason) };
}

function reasonToHold({ owned, identity }: RemovalInput, absent: number, fresh: number): string | undefined {
  const total = owned.length;
  if (identity === "changed") return "url, ref or path of the source changed";
  if (identity === "unknown") return "it is not known what the source held before";
  if (absent === total && total >= 2) return `all ${total} instances of the source left Git`;
  const limit = removalLimit(total);
  return fresh > limit
    ? `${fresh} of ${total} instances left Git at once, more than the ${limit} that may go unasked`
    : undefined;
}

function holdOf(
  { source, revision, hold }: RemovalInput,
  held: readonly OwnedInstance[],
  fresh: readonly OwnedInstance[],
  reason: string,
): Hold | undefined {
  const instances = [...held, ...fresh].map(identityOf).sort(byKey);
  if (instances.length === 0) return undefined;
  const id = hold && fresh.length === 0 ? hold.id : holdId(source, instances);
  return { id, source, revision, reason, instances };
}

function identityOf({ namespace, name, uid }: OwnedInstance): InstanceIdentity {
  return { namespace, name, uid };
}

function byKey(a: InstanceIdentity, b: InstanceIdentity): number {
  return instanceKey(a) < instanceKey(b) ? -1 : 1;
}

function countOf(instances: readonly OwnedInstance[]): string {
  return instances.length === 1 ? "1 instance" : `${instances.length} instances`;
}
