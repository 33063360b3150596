import type { Snapshot } from "./snapshot.ts";
import type { SourceError } from "./sourceError.ts";

/** What one look at a source gave. */
export type PollResult =
  | { readonly kind: "unchanged"; readonly revision: string }
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  | { readonly kind: "failed"; readonly error: SourceError };

/** The last good snapshot, and when it was fetched (RFC 3339). */
export interface RestoredSnapshot {
  readonly snapshot: Snapshot;
  readonly fetchedAt: string;
}

/** Where packages and instance files come from. One poll at a time; the poll loop sees to that. */
export interface Source {
  readonly name: string;
  /** Where it is, without credentials. */
  readonly url: string;
  /** Branch, tag or commit as configured; `undefined` means the remote's HEAD. */
  readonly ref: string | undefined;
  /** What an earlier life of this process saw last, read without asking anybody; `undefined` when there is none. */
  restore(signal: AbortSignal): Promise<RestoredSnapshot | undefined>;
  /**
   * Looks for a revision other than the last one that `restore` or `poll` gave.
   *
   * Rejects only when the signal fires; every other failure is a result.
   */
  poll(signal: AbortSignal): Promise<PollResult>;
  /** Ends connections. No call may follow. */
  close(): Promise<void>;
}
