import { createWriteStream } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { messageOf } from "../../base/errors.ts";
import type { JsonValue } from "../../object/json.ts";
import { stringifyYaml } from "../../yaml/stringifyYaml.ts";
import type { CliIo } from "../cliIo.ts";

/** What could not be collected. */
export interface CollectFailure {
  /** Below the folder. */
  readonly path: string;
  readonly message: string;
}

/**
 * Where diagnostics go, one item after the other, each with a line that says so. An item that fails becomes a file
 * `<item>.err` with the reason, and the collection goes on.
 */
export interface DiagnosticsFolder {
  /** Writes what `read` answers, nothing for `undefined`; answers it, too. */
  yaml<T extends JsonValue>(path: string, read: () => Promise<T | undefined>): Promise<T | undefined>;
  text(path: string, read: () => Promise<string | undefined>): Promise<void>;
  /** Only reads: what is found is written elsewhere; a failure is told as that of the item. */
  read<T>(path: string, read: () => Promise<T>): Promise<T | undefined>;
  /** Writes the pieces compressed; what came before a failure is kept. */
  gzip(path: string, pieces: () => AsyncIterable<Uint8Array>): Promise<void>;
  readonly failures: readonly CollectFailure[];
  /** Items that were tried. */
  readonly count: number;
}

/** @param root  exists and is empty */
export function diagnosticsFolder(root: string, io: CliIo): DiagnosticsFolder {
  const failures: CollectFailure[] = [];
  const seen = new Set<string>();
  /** False when the item is there already: two children may share an operator. */
  const isNew = (path: string): boolean => {
    if (seen.has(path)) return false;
    seen.add(path);
    return true;
  };
  const place = async (path: string): Promise<string> => {
    const file = fileOf(root, path);
    await mkdir(dirname(file), { recursive: true });
    return file;
  };
  const fail = async (path: string, error: unknown): Promise<void> => {
    io.signal.throwIfAborted();
    const message = messageOf(error);
    failures.push({ path, message });
    await writeFile(await place(`${path}.err`), `${message}\n`);
    io.out(`${fileOf(root, path)}.err: ${message}\n`);
  };
  const store = async <T>(
    path: string,
    read: () => Promise<T | undefined>,
    print: (value: T) => string,
  ): Promise<T | undefined> => {
    try {
      const value = await read();
      if (value !== undefined && isNew(path)) {
        await writeFile(await place(path), print(value));
        io.out(`${fileOf(root, path)}\n`);
      }
      return value;
    } catch (error) {
      await fail(path, error);
      return undefined;
    }
  };
  return {
    yaml: (path, read) => store(path, read, stringifyYaml),
    text: async (path, read) => {
      await store(path, read, (text) => text);
    },
    read: async (path, read) => {
      try {
        return await read();
      } catch (error) {
        await fail(path, error);
        return undefined;
      }
    },
    gzip: async (path, pieces) => {
      if (!isNew(path)) return;
      const file = await place(path);
      let bytes = 0;
      const counted = async function* (): AsyncGenerator<Uint8Array> {
        for await (const piece of pieces()) {
          bytes += piece.byteLength;
          yield piece;
        }
      };
      try {
        await pipeline(Readable.from(counted()), createGzip(), createWriteStream(file));
        io.out(`${fileOf(root, path)}\n`);
      } catch (error) {
        if (bytes === 0) await rm(file, { force: true });
        await fail(path, error);
      }
    },
    failures,
    get count() {
      return seen.size + failures.length;
    },
  };
}

/** Names come from the cluster, and not all of them were checked there: none leads out of the folder. */
function fileOf(root: string, path: string): string {
  return join(root, normalize(`/${path}`));
}
