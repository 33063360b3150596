import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSource } from "../../src/source/createSource.ts";
import type { Snapshot } from "../../src/source/snapshot.ts";
import type { Source } from "../../src/source/source.ts";
import { runGit } from "./gitServer.ts";
import { TestRepository } from "./testRepository.ts";

const signal = new AbortController().signal;
let repository: TestRepository;

beforeEach(async () => {
  repository = await TestRepository.create();
});
afterEach(() => repository.remove());

const open = (url: string, ref?: string, maxSize?: number): Source =>
  createSource({
    name: "fleet",
    url,
    dataDir: join(repository.root, "data"),
    ...(ref !== undefined && { ref }),
    ...(maxSize !== undefined && { maxSize }),
  });

async function snapshotOf(source: Source): Promise<Snapshot> {
  const result = await source.poll(signal);
  if (result.kind !== "snapshot") throw new Error(`expected a snapshot, got ${JSON.stringify(result)}`);
  return result.snapshot;
}

async function reasonOf(source: Source): Promise<string> {
  const result = await source.poll(signal);
  return result.kind === "failed" ? result.error.reason : result.kind;
}

describe("a repository on this machine", () => {
  test.each([
    ["a bare one by path", () => repository.bare],
    ["one with a working tree by path", () => repository.work],
    ["one by file URL", () => pathToFileURL(repository.bare).href],
  ])("%s gives its commits, not its files", async (_name, url) => {
    const first = await repository.push({ "a.yaml": "a: 1\n" });
    await writeFile(join(repository.work, "a.yaml"), "not committed\n");
    const source = open(url());
    const snapshot = await snapshotOf(source);
    expect(snapshot.revision).toBe(first);
    expect(await snapshot.tree.read("a.yaml")).toBe("a: 1\n");
    expect((await source.poll(signal)).kind).toBe("unchanged");
    const second = await repository.push({ "b.yaml": "b: 1\n" });
    expect((await snapshotOf(source)).revision).toBe(second);
  });

  test.each([
    ["a branch", "side"],
    ["an annotated tag", "v1"],
    ["a full name", "refs/tags/v1"],
  ])("may be read at %s", async (_name, ref) => {
    const commit = await repository.push({ "a.yaml": "a: 1\n" }, "side");
    await repository.git("branch", "side");
    await repository.git("tag", "-a", "-m", "one", "v1");
    await repository.push({ "a.yaml": "a: 2\n" });
    expect((await snapshotOf(open(repository.work, ref))).revision).toBe(commit);
    expect((await snapshotOf(open(repository.work, commit))).revision).toBe(commit);
  });

  test("is read after a repack, and as a linked working tree", async () => {
    await repository.push({ "a.yaml": "a: 1\n" });
    await repository.push({ "a.yaml": "a: 2\n" });
    await repository.git("gc", "-q");
    await repository.git("worktree", "add", "-q", "-b", "linked", join(repository.root, "linked"));
    const linked = join(repository.root, "linked");
    await writeFile(join(linked, "l.yaml"), "l: 1\n");
    await runGit(linked, "add", "-A");
    await runGit(linked, "commit", "-q", "-m", "linked");
    expect((await snapshotOf(open(repository.work))).tree.paths).toEqual(["a.yaml"]);
    expect((await snapshotOf(open(linked))).tree.paths).toEqual(["a.yaml", "l.yaml"]);
  });

  test("leaves symlinks and submodules out", async () => {
    await symlink("../outside", join(repository.work, "link"));
    const commit = await repository.push({ "a.yaml": "a: 1\n" });
    await repository.git("update-index", "--add", "--cacheinfo", `160000,${commit},module`);
    await repository.git("commit", "-q", "-m", "with a submodule");
    const { tree } = await snapshotOf(open(repository.work));
    expect(tree.paths).toEqual(["a.yaml"]);
    expect(tree.symlinks).toEqual(["link", "module"]);
  });

  test.each([
    ["an empty repository", "bare", undefined, "emptyRepository"],
    ["an unknown branch", "work", "nope", "refNotFound"],
    ["a path that does not exist", "nowhere", undefined, "repositoryNotFound"],
  ])("%s is a failure with a reason", async (_name, folder, ref, reason) => {
    if (folder === "work") await repository.push({ "a.yaml": "a: 1\n" });
    const path = folder === "bare" ? repository.bare : join(repository.root, folder);
    expect(await reasonOf(open(path, ref))).toBe(reason);
  });

  test("a damaged object is a failure", async () => {
    await repository.push({ "a.yaml": "a: 1\n" });
    const oid = await repository.git("rev-parse", "HEAD:a.yaml");
    await rm(join(repository.bare, "objects", oid.slice(0, 2)), { recursive: true });
    expect(await reasonOf(open(repository.bare))).toBe("corrupt");
  });
});

describe("a folder without Git", () => {
  let folder: string;
  beforeEach(async () => {
    folder = join(repository.root, "plain");
    await mkdir(join(folder, "sub"), { recursive: true });
    await writeFile(join(folder, "sub", "a.yaml"), "a: 1\n");
  });

  test("gives its files under a digest that follows the contents", async () => {
    await symlink("/etc/passwd", join(folder, "link"));
    const source = open(folder);
    const first = await snapshotOf(source);
    expect(first.revision).toMatch(/^dir:[0-9a-f]{64}$/);
    expect(first.tree.paths).toEqual(["sub/a.yaml"]);
    expect(first.tree.symlinks).toEqual(["link"]);
    expect((await source.poll(signal)).kind).toBe("unchanged");
    await writeFile(join(folder, "sub", "a.yaml"), "a: 22\n");
    const second = await snapshotOf(source);
    expect(second.revision).not.toBe(first.revision);
    expect(await second.tree.read("sub/a.yaml")).toBe("a: 22\n");
    // The first one stays what it was.
    expect(await first.tree.read("sub/a.yaml")).toBe("a: 1\n");
    await writeFile(join(folder, "sub", "a.yaml"), "a: 1\n");
    expect((await snapshotOf(source)).revision).toBe(first.revision);
  });

  test("a file written again with equal contents is no new revision", async () => {
    const source = open(folder);
    await snapshotOf(source);
    await rm(join(folder, "sub", "a.yaml"));
    await writeFile(join(folder, "sub", "a.yaml"), "a: 1\n");
    expect((await source.poll(signal)).kind).toBe("unchanged");
  });

  test("over the size limit, or with a ref, is a failure", async () => {
    expect(await reasonOf(open(folder, undefined, 3))).toBe("tooLarge");
    expect(await reasonOf(open(folder, "main"))).toBe("unsupported");
  });
});

test.each([
  ["ssh://git@example.com/x.git"],
  ["git@example.com:x.git"],
  ["git://example.com/x"],
  ["file://host/x"],
])("%s is refused at once", (url) => {
  expect(() => open(url)).toThrow(expect.objectContaining({ reason: "unsupported" }));
});
