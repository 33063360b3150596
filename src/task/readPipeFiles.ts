import { posix } from "node:path";
import { Readable } from "node:stream";
import { extract } from "tar-stream";
import { messageOf } from "../base/errors.ts";
import type { ClusterClient } from "../cluster/clusterClient.ts";
import { isClusterError } from "../cluster/clusterError.ts";
import { PIPE_CONTAINER } from "../package/pipePod.ts";
import { PipeError } from "./pipeError.ts";

/** Largest file, in bytes: no Secret and no ConfigMap holds more. */
export const MAX_PIPE_FILE = 1024 * 1024;
/** What an archive of one file has besides the file: heads, a long name, padding. */
const ARCHIVE_EXTRA = 64 * 1024;
/** Characters of what a failing command said. */
const MAX_WORDS = 300;

/**
 * Reads files out of a pipe's pod, all at once.
 *
 * @returns their bytes, by path
 * @throws PipeError when a command fails, or a file is none or too large; ClusterError when the pod is not reached
 */
export async function readPipeFiles(
  client: Pick<ClusterClient, "exec">,
  pod: { readonly namespace: string; readonly name: string },
  paths: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Buffer>> {
  const run = async (path: string, command: readonly string[], maxBytes: number): Promise<Buffer> => {
    const options = { container: PIPE_CONTAINER, command, maxBytes, signal };
    const { stdout, stderr, exitCode } = await client.exec(pod, options).catch((error: unknown) => {
      throw isClusterError(error, "tooLarge") ? tooLarge(path) : error;
    });
    if (exitCode === 0) return stdout;
    const words = stderr.trim().slice(0, MAX_WORDS);
    throw new PipeError(`${path}: ${command[0]} ends with exit code ${exitCode}${words && `: ${words}`}`);
  };
  const read = async (path: string): Promise<readonly [string, Buffer]> => {
    const answer = (await run(path, ["stat", "-c", "%s", path], ARCHIVE_EXTRA)).toString().trim();
    if (!/^\d{1,15}$/.test(answer)) throw new PipeError(`${path}: stat answers no size`);
    if (Number(answer) > MAX_PIPE_FILE) throw tooLarge(path, Number(answer));
    const archive = await run(path, ["tar", "cf", "-", path], MAX_PIPE_FILE + ARCHIVE_EXTRA);
    return [path, await onlyFile(archive, path)];
  };
  return new Map(await Promise.all(paths.map(read)));
}

function tooLarge(path: string, size?: number): PipeError {
  const given = size === undefined ? "more than that" : `${size} bytes`;
  return new PipeError(`${path}: a pipe's file is at most ${MAX_PIPE_FILE} bytes, and this is ${given}`);
}

/** The file in an archive of one. */
async function onlyFile(archive: Buffer, path: string): Promise<Buffer> {
  const entries = extract();
  Readable.from([archive]).pipe(entries);
  let found: Buffer | undefined;
  try {
    for await (const entry of entries) {
      const { name, type } = entry.header;
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      if (posix.basename(name) !== posix.basename(path)) continue;
      if (type !== "file" && type !== "contiguous-file")
        throw new PipeError(`${path}: it is no file but a ${type}`);
      found = Buffer.concat(chunks);
    }
  } catch (error) {
    if (error instanceof PipeError) throw error;
    throw new PipeError(`${path}: tar answers no archive: ${messageOf(error)}`, { cause: error });
  }
  if (!found) throw new PipeError(`${path}: it is not in the archive that tar answers`);
  if (found.length > MAX_PIPE_FILE) throw tooLarge(path, found.length);
  return found;
}
