/** Read-only files at one revision. Paths are relative, with `/`, never with `.` or `..` segments. */
export interface FileTree {
  /** Paths of all regular files, sorted. Symlinks and submodules are not among them. */
  readonly paths: readonly string[];
  /** Symlinks that were left out, so that a reader can say why a file is missing. */
  readonly symlinks: readonly string[];
  /** Text of a file (invalid UTF-8 becomes U+FFFD); `undefined` when there is none. */
  read(path: string): Promise<string | undefined>;
  /** Content of a file as it is; `undefined` when there is none. */
  bytes(path: string): Promise<Uint8Array | undefined>;
  /** Size in bytes; `undefined` when there is no such file. */
  size(path: string): Promise<number | undefined>;
  /** Hash of the content, equal for equal bytes, without reading what Git already hashed. */
  hash(path: string): Promise<string | undefined>;
}
