import { describe, expect, test } from "vitest";
import { displayUrl } from "../../src/source/displayUrl.ts";
import { resolveServerRef, type ServerRef } from "../../src/source/serverRefs.ts";

const A = "a".repeat(40);
const B = "b".repeat(40);
const C = "c".repeat(40);
const D = "d".repeat(40);
const refs: readonly ServerRef[] = [
  { ref: "HEAD", oid: A, target: "refs/heads/main" },
  { ref: "refs/heads/main", oid: A },
  { ref: "refs/heads/same", oid: B },
  { ref: "refs/tags/same", oid: C },
  { ref: "refs/tags/v1", oid: C, peeled: D },
  { ref: "refs/pull/1/head", oid: B },
];

describe("a configured ref", () => {
  test.each([
    ["none means the branch of HEAD", undefined, "refs/heads/main", A],
    ["a branch", "main", "refs/heads/main", A],
    ["a branch before a tag of that name", "same", "refs/heads/same", B],
    ["a full name says which", "refs/tags/same", "refs/tags/same", C],
    ["an annotated tag means its commit", "v1", "refs/tags/v1", D],
    ["anything else below refs/", "pull/1/head", "refs/pull/1/head", B],
    ["a commit at a tip", B, "refs/heads/same", B],
    ["a commit elsewhere", D, undefined, D],
  ])("%s", (_name, ref, fullRef, commit) => {
    expect(resolveServerRef(refs, ref, "url")).toEqual({ fullRef, commit });
  });

  test.each([
    ["an unknown name", refs, "nope", 'url: no branch or tag "nope"', "git ls-remote"],
    ["a short commit", refs, "aaaaaaa", 'url: no branch or tag "aaaaaaa"', "full 40 digits"],
    ["HEAD of a missing branch", refs.slice(1), undefined, "url: HEAD points to a branch", "ref to one that"],
    ["anything in an empty repository", [], "main", "url: repository has no commit yet", "push a first"],
  ])("%s is an error", (_name, list, ref, message, hint) => {
    expect(() => resolveServerRef(list, ref, "url")).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(message),
        hint: expect.stringContaining(hint),
      }),
    );
  });
});

test.each([
  ["https://me:secret@git.example.com/x.git", "https://git.example.com/x.git"],
  ["https://git.example.com/x.git?token=secret#y", "https://git.example.com/x.git"],
  ["/srv/git/x.git", "/srv/git/x.git"],
  ["https://me:secret@[bad/x.git", "https://[bad/x.git"],
])("%s shows as %s", (url, shown) => {
  expect(displayUrl(url)).toBe(shown);
});
