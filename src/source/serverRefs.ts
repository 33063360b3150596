import { SourceError } from "./sourceError.ts";

/** One line of a server's list of refs. */
export interface ServerRef {
  /** Full name, `refs/heads/main`, or `HEAD`. */
  readonly ref: string;
  readonly oid: string;
  /** For an annotated tag the commit that it stands for. */
  readonly peeled?: string | undefined;
  /** For `HEAD` the branch that it means. */
  readonly target?: string | undefined;
}

/** What a configured ref means on the server now. */
export interface RemoteTarget {
  /** Full name to ask for; `undefined` for a commit that no ref points at. */
  readonly fullRef: string | undefined;
  readonly commit: string;
}

/** True for a full commit id; shorter ones are names. */
export function isCommitId(ref: string): boolean {
  return /^[0-9a-f]{40}$/.test(ref);
}

/** The full names that a short one may mean, the first that exists wins. A branch comes before a tag. */
export function refCandidates(ref: string): readonly string[] {
  return ref.startsWith("refs/") || ref === "HEAD"
    ? [ref]
    : [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/${ref}`];
}

/**
 * Finds the commit that a configured ref means.
 *
 * @param ref  branch, tag, full ref or commit id; `undefined` means HEAD
 * @param url  for messages
 * @throws SourceError emptyRepository, refNotFound
 */
export function resolveServerRef(
  refs: readonly ServerRef[],
  ref: string | undefined,
  url: string,
): RemoteTarget {
  if (refs.length === 0) throw emptyRepository(url);
  const wanted = ref ?? "HEAD";
  if (isCommitId(wanted)) {
    const tip = refs.find((r) => r.oid === wanted && r.ref !== "HEAD");
    return { fullRef: tip?.ref, commit: wanted };
  }
  for (const candidate of refCandidates(wanted)) {
    const found = refs.find((r) => r.ref === candidate);
    if (found) return { fullRef: found.target ?? found.ref, commit: found.peeled ?? found.oid };
  }
  throw refNotFound(wanted, url);
}

/** A repository without a commit. */
export function emptyRepository(url: string): SourceError {
  return new SourceError("emptyRepository", `${url}: repository has no commit yet`, {
    hint: "push a first commit",
  });
}

/** A branch, tag or commit that is not there (any more). */
export function refNotFound(ref: string, url: string): SourceError {
  const short = /^[0-9a-f]{7,39}$/.test(ref);
  return new SourceError(
    "refNotFound",
    ref === "HEAD"
      ? `${url}: HEAD points to a branch that does not exist`
      : `${url}: no ${isCommitId(ref) ? "commit" : "branch or tag"} "${ref}"`,
    {
      hint: short
        ? "name a commit by its full 40 digits"
        : "push it, or set ref to one that exists (git ls-remote lists them)",
    },
  );
}
