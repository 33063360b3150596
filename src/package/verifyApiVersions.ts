import type { Issue } from "../base/issue.ts";
import { hasReached, type RemovedVersion, removedVersion } from "../successor/removedVersions.ts";
import { issueIn, type TextSource } from "../yaml/textSource.ts";
import type { LoadedPackage } from "./loadedPackage.ts";

/** What a template's text says of one object. */
interface Declared {
  readonly apiVersion: string;
  readonly kind: string;
  /** Line and column of the version, from 1. */
  readonly line: number;
  readonly column: number;
}

/**
 * A warning for every version in the templates that a Kubernetes no longer serves, or calls deprecated.
 *
 * Read from the text, so that the branches count which the defaults do not render; a version that a template computes
 * is not seen.
 *
 * @param kubeVersion  `1.36`
 */
export function verifyApiVersions({ pkg, files }: LoadedPackage, kubeVersion: string): readonly Issue[] {
  return [...pkg.templates].flatMap(([key, text]) => {
    const source = { file: files.templates.get(key) ?? `templates/${key}`, text, start: 0, startLine: 1 };
    return declaredObjects(text).flatMap((declared) => verifyOne(declared, kubeVersion, source));
  });
}

function verifyOne(declared: Declared, kubeVersion: string, source: TextSource): readonly Issue[] {
  const { apiVersion, kind, line, column } = declared;
  const entry = removedVersion(apiVersion, kind);
  if (entry === undefined) return [];
  const isRemoved = entry.removed !== undefined && hasReached(kubeVersion, entry.removed);
  if (!isRemoved && !hasReached(kubeVersion, entry.deprecated)) return [];
  const message = isRemoved
    ? `${apiVersion} ${kind} was removed in Kubernetes ${entry.removed}; ${fate(entry)}`
    : `${apiVersion} ${kind} is deprecated since Kubernetes ${entry.deprecated}${leaves(entry)}`;
  const hint = entry.successor === undefined ? undefined : `write ${entry.successor}`;
  const code = isRemoved ? "package.apiVersionRemoved" : "package.apiVersionDeprecated";
  return [issueIn(source, { line, column }, { severity: "warning", code, message, ...(hint && { hint }) })];
}

function fate({ successor }: RemovedVersion): string {
  return successor === undefined
    ? "nothing took its place, and a plan that applies it fails"
    : `it is upgraded to ${successor} when it is applied`;
}

function leaves({ removed }: RemovedVersion): string {
  return removed === undefined ? "" : ` and goes in ${removed}`;
}

const VERSION = /^apiVersion:[ \t]*(["']?)([\w./-]+)\1[ \t]*(?:#.*)?$/;
const KIND = /^kind:[ \t]*(["']?)(\w+)\1[ \t]*(?:#.*)?$/;

/** The pairs of version and kind at the left margin of each document. */
function declaredObjects(text: string): readonly Declared[] {
  const found: Declared[] = [];
  let version: Omit<Declared, "kind"> | undefined;
  let kind: string | undefined;
  const settle = (): void => {
    if (version !== undefined && kind !== undefined) found.push({ ...version, kind });
    version = undefined;
    kind = undefined;
  };
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.startsWith("---")) settle();
    const apiVersion = VERSION.exec(line)?.[2];
    if (apiVersion !== undefined) {
      // A second one in the same document is another branch of the template.
      if (version !== undefined && kind !== undefined) found.push({ ...version, kind });
      version = { apiVersion, line: at + 1, column: line.indexOf(apiVersion) + 1 };
    }
    kind = KIND.exec(line)?.[2] ?? kind;
  }
  settle();
  return found;
}
