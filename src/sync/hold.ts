import { type InstanceIdentity, ownerMark, shortHash } from "../object/ownership.ts";

/** Instances that left Git and stay until a person confirms. A source has one hold at most. */
export interface Hold {
  /** Stays while the hold only shrinks; new when something joins, so that nobody confirms what they have not seen. */
  readonly id: string;
  readonly source: string;
  /** The revision that was looked at last. */
  readonly revision: string;
  /** A sentence for people. */
  readonly reason: string;
  readonly instances: readonly InstanceIdentity[];
}

/** The id of a hold that begins with these members. */
export function holdId(source: string, instances: readonly InstanceIdentity[]): string {
  return shortHash([source, ...instances.map(ownerMark).sort()].join("\n"));
}
