import { posix } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, gzipSync } from "node:zlib";
import { extract, pack } from "tar-stream";
import { messageOf } from "../base/errors.ts";
import type { FileTree } from "./fileTree.ts";
import { memoryTree } from "./memoryTree.ts";
import { SourceError } from "./sourceError.ts";

/** Most entries of one archive: files, folders and links. */
const MAX_ENTRIES = 20_000;
/** Offset of the byte in a gzip header that names the operating system (RFC 1952, 2.3). */
const GZIP_SYSTEM = 9;

/**
 * Unpacks a .tgz into memory, as KUDO does (package-format 1.2): names are cleaned, so that `./operator.yaml` is
 * `operator.yaml` and `..` leads nowhere; only regular files come out.
 *
 * @param name     what the archive is called in errors
 * @param maxSize  bytes, unpacked
 * @throws SourceError corrupt, tooLarge
 */
export async function readArchive(
  archive: Uint8Array,
  name: string,
  maxSize: number,
  signal: AbortSignal,
): Promise<FileTree> {
  const files = new Map<string, Uint8Array>();
  const symlinks: string[] = [];
  const entries = extract();
  const reading = pipeline(Readable.from([archive]), createGunzip(), entries, { signal });
  let count = 0;
  let size = 0;
  const collect = async (): Promise<void> => {
    for await (const entry of entries) {
      if (++count > MAX_ENTRIES) throw tooLarge(name, `more than ${MAX_ENTRIES} files`);
      const path = cleanPath(entry.header.name);
      const chunks: Buffer[] = [];
      for await (const chunk of entry as AsyncIterable<Buffer>) {
        size += chunk.byteLength;
        if (size > maxSize) throw tooLarge(name, `larger than the limit of ${maxSize} bytes`);
        chunks.push(chunk);
      }
      if (entry.header.type === "symlink" || entry.header.type === "link") symlinks.push(path);
      if (entry.header.type !== "file" && entry.header.type !== "contiguous-file") continue;
      files.set(path, Buffer.concat(chunks));
    }
  };
  const [read, collected] = await Promise.allSettled([reading, collect()]);
  signal.throwIfAborted();
  const failed = [collected, read].find((result) => result.status === "rejected");
  if (failed?.status === "rejected") throw asSourceError(name, failed.reason);
  return memoryTree(files, symlinks);
}

/**
 * Packs files into a .tgz that is the same bytes for the same files: sorted, without times and owners.
 *
 * @param files  path to content
 */
export async function writeArchive(files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  const entries = pack();
  for (const path of [...files.keys()].sort()) {
    const content = files.get(path) ?? new Uint8Array();
    const header = {
      name: path,
      mode: 0o644,
      mtime: new Date(0),
      uid: 0,
      gid: 0,
      uname: "root",
      gname: "root",
    };
    entries.entry(header, Buffer.from(content));
  }
  entries.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of entries as AsyncIterable<Buffer>) chunks.push(chunk);
  const archive = gzipSync(Buffer.concat(chunks), { level: 9 });
  archive[GZIP_SYSTEM] = 0xff; // unknown: the same on every system
  return archive;
}

/** The path below the root that a name means, whatever it tries. */
function cleanPath(name: string): string {
  return posix.normalize(`/${name}`).slice(1);
}

function tooLarge(name: string, what: string): SourceError {
  return new SourceError("tooLarge", `${name}: ${what}`);
}

function asSourceError(name: string, error: unknown): SourceError {
  if (error instanceof SourceError) return error;
  return new SourceError("corrupt", `${name} is no .tgz archive: ${messageOf(error)}`, { cause: error });
}
