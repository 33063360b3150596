import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { messageOf } from "../base/errors.ts";
import { whyUnreadable } from "../base/whyUnreadable.ts";
import { MAX_PACKAGE_SIZE } from "../package/packageFiles.ts";
import { listDirectory, readDirectory } from "../source/directoryTree.ts";
import { displayUrl } from "../source/displayUrl.ts";
import { isSourceError } from "../source/sourceError.ts";
import { PackageError } from "./packageError.ts";
import type { PackageReader } from "./resolvePackage.ts";

/** Answers that are no final word, besides those of a server that is out of order: too slow, too many. */
const BUSY: ReadonlySet<number> = new Set([408, 429]);

/** Reads packages from the file system and over HTTP. */
export function createPackageReader(options: {
  readonly fetch: typeof fetch;
  /** For one download, in milliseconds. */
  readonly timeoutMs: number;
}): PackageReader {
  return {
    kindOf: async (path) => {
      const found = await stat(path).catch(() => undefined);
      if (found?.isDirectory()) return "folder";
      return found?.isFile() ? "file" : "none";
    },
    readFolder: async (path, signal) => {
      const root = resolve(path);
      try {
        return (await readDirectory(root, await listDirectory(root, signal), MAX_PACKAGE_SIZE, signal)).tree;
      } catch (error) {
        signal.throwIfAborted();
        // An error of the source names the folder already.
        const message = isSourceError(error) ? error.message : `${path}: ${whyUnreadable(error)}`;
        throw new PackageError(message, { cause: error });
      }
    },
    readFile: (path, signal) => readLimited(path, signal),
    download: (url, signal) =>
      url.toLowerCase().startsWith("file:")
        ? readLimited(fileURLToPath(url), signal)
        : download(url, signal, options),
  };
}

async function readLimited(path: string, signal: AbortSignal): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > MAX_PACKAGE_SIZE) throw tooLarge(path);
    return await readFile(path, { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PackageError) throw error;
    throw new PackageError(`${path}: ${whyUnreadable(error)}`, { cause: error });
  }
}

async function download(
  url: string,
  signal: AbortSignal,
  { fetch: get, timeoutMs }: Parameters<typeof createPackageReader>[0],
): Promise<Uint8Array> {
  const shown = displayUrl(url);
  const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const response = await get(...requestOf(url, limited));
    if (!response.ok) {
      await response.body?.cancel();
      const { status } = response;
      throw new PackageError(`${shown} answered ${status}`, { retryable: status >= 500 || BUSY.has(status) });
    }
    return await readBody(response, shown);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PackageError) throw error;
    const { cause } = error as { readonly cause?: unknown };
    throw new PackageError(`${shown} cannot be reached: ${messageOf(cause ?? error)}`, {
      cause: error,
      retryable: true,
    });
  }
}

/** The user and password of a URL go into a header: `fetch` takes none, and would quote them in its message. */
function requestOf(url: string, signal: AbortSignal): [URL, RequestInit] {
  const target = new URL(url);
  const { username, password } = target;
  if (!username && !password) return [target, { signal }];
  target.username = "";
  target.password = "";
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = `Basic ${Buffer.from(pair).toString("base64")}`;
  return [target, { signal, headers: { authorization } }];
}

async function readBody(response: Response, shown: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_PACKAGE_SIZE) throw tooLarge(shown);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(name: string): PackageError {
  return new PackageError(`${name} is larger than the limit of ${MAX_PACKAGE_SIZE} bytes`);
}
