import type { InstanceKey } from "../object/ownership.ts";

/** Lockstep's part of an instance file: the `sync` mapping, or the annotation `lockstep.dev/sync`. */
export interface SyncOptions {
  /** Paths relative to the instance file; read and merged in order before `spec.parameters`. */
  readonly parameterFiles: readonly string[];
  /** False keeps the instance when its file leaves Git. */
  readonly prune: boolean;
  /** True: nothing is started or applied until it is false again. */
  readonly suspend: boolean;
  /** True: a missing namespace is created. */
  readonly createNamespace: boolean;
}

/** What an instance file says when it says nothing. */
export const DEFAULT_SYNC_OPTIONS: SyncOptions = {
  parameterFiles: [],
  prune: true,
  suspend: false,
  createNamespace: false,
};

/** One document of kind Instance in a repository. */
export interface InstanceFile extends InstanceKey {
  readonly operatorVersion: { readonly name: string; readonly namespace?: string };
  /** Parameter files and `spec.parameters` merged, every value as KUDO stores it: text (package-format 2.6). */
  readonly parameters: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly sync: SyncOptions;
  /** Path from the root of the snapshot, and the line of the document's first key. */
  readonly file: string;
  readonly line: number;
}
