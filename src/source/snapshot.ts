import type { FileTree } from "./fileTree.ts";

/** A source's files at one revision, walked whole before anybody sees them. */
export interface Snapshot {
  /** Name of the source. */
  readonly source: string;
  /** Commit id, or `dir:<sha256>` for a directory without Git. */
  readonly revision: string;
  readonly tree: FileTree;
}
