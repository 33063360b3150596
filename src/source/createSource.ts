import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Clock } from "../base/clock.ts";
import type { CredentialOptions } from "./credentials.ts";
import { displayUrl } from "./displayUrl.ts";
import { HttpGitSource } from "./httpGitSource.ts";
import { LocalSource } from "./localSource.ts";
import type { Source } from "./source.ts";
import { SourceError } from "./sourceError.ts";

/** Of a source of any kind; the URL decides which. */
export interface SourceOptions {
  readonly name: string;
  /** http(s):// URL, file:// URL, or a path. */
  readonly url: string;
  /** Branch, tag, full ref name or full commit id; default the repository's HEAD. */
  readonly ref?: string;
  readonly credentials?: CredentialOptions;
  /** Folder that keeps what was fetched; needed for http(s) alone. */
  readonly dataDir: string;
  /** Bytes; default 256 MB. */
  readonly maxSize?: number;
  /** Milliseconds without an answer; default 60 s. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
}

/**
 * Makes the source that a URL or path asks for. Nothing is read yet.
 *
 * @throws SourceError unsupported for a kind of URL that this version cannot read
 */
export function createSource(options: SourceOptions): Source {
  const { url } = options;
  if (/^https?:\/\//i.test(url)) {
    if (!URL.canParse(url)) throw new SourceError("unsupported", `${displayUrl(url)}: not a valid URL`);
    return new HttpGitSource(options);
  }
  if (/^file:\/\//i.test(url)) return local(options, pathOf(url));
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(url) || /^[^/@\s]+@[^/:\s]+:/.test(url)) {
    throw new SourceError("unsupported", `${displayUrl(url)}: this kind of URL is not supported`, {
      hint: "use http://, https://, file:// or a path",
    });
  }
  return local(options, resolve(url));
}

function local(options: SourceOptions, path: string): Source {
  const { name, url, ref, maxSize } = options;
  return new LocalSource({
    name,
    path,
    url,
    ...(ref !== undefined && { ref }),
    ...(maxSize !== undefined && { maxSize }),
  });
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new SourceError("unsupported", `${url}: not a local file URL`, {
      cause,
      hint: "file URLs have three slashes: file:///path/to/repository",
    });
  }
}
