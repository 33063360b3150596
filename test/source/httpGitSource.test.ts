import { randomBytes } from "node:crypto";
import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSource, type SourceOptions } from "../../src/source/createSource.ts";
import type { Snapshot } from "../../src/source/snapshot.ts";
import type { Source } from "../../src/source/source.ts";
import { GitServer, type Mischief } from "./gitServer.ts";
import { TestRepository } from "./testRepository.ts";

const signal = new AbortController().signal;
const NONE: Mischief = { kind: "none" };

let repository: TestRepository;
let server: GitServer;
let sources: Source[];

beforeEach(async () => {
  repository = await TestRepository.create();
  server = new GitServer(dirname(repository.bare));
  await server.start();
  sources = [];
});

afterEach(async () => {
  for (const source of sources) await source.close();
  await server.stop();
  await repository.remove();
});

function open(options: Partial<SourceOptions> = {}): Source {
  const source = createSource({
    name: "fleet",
    url: `${server.origin}/fleet.git`,
    dataDir: join(repository.root, "data"),
    timeoutMs: 15_000,
    ...options,
  });
  sources.push(source);
  return source;
}

async function snapshotOf(source: Source): Promise<Snapshot> {
  const result = await source.poll(signal);
  if (result.kind !== "snapshot") throw new Error(`expected a snapshot, got ${JSON.stringify(result)}`);
  return result.snapshot;
}

async function failureOf(
  source: Source,
): Promise<{ reason: string; message: string; hint: string | undefined }> {
  const result = await source.poll(signal);
  if (result.kind !== "failed") throw new Error(`expected a failure, got ${result.kind}`);
  const { reason, message, hint } = result.error;
  return { reason, message: message.replaceAll(server.origin, "http://git"), hint };
}

describe("a repository over HTTP", () => {
  test("gives its files at the newest commit, without symlinks", async () => {
    await writeFile(join(repository.work, "a.yaml"), "a: 1\n");
    await symlink("/etc/passwd", join(repository.work, "link"));
    const revision = await repository.push({ "operators/x/operator.yaml": "name: x\n" });
    const snapshot = await snapshotOf(open());
    expect(snapshot.revision).toBe(revision);
    expect(snapshot.tree.paths).toEqual(["a.yaml", "operators/x/operator.yaml"]);
    expect(snapshot.tree.symlinks).toEqual(["link"]);
    expect(await snapshot.tree.read("operators/x/operator.yaml")).toBe("name: x\n");
    expect(await snapshot.tree.size("a.yaml")).toBe(5);
    expect(await snapshot.tree.read("absent")).toBeUndefined();
    expect(await snapshot.tree.hash("a.yaml")).toBe(await repository.git("rev-parse", "HEAD:a.yaml"));
  });

  test("costs one request when nothing changed, credentials and all", async () => {
    server.credentials = "git:secret";
    await writeFile(join(repository.root, "token"), "secret\n");
    await repository.push({ "a.yaml": "a: 1\n" });
    const source = open({ credentials: { tokenFile: join(repository.root, "token") } });
    await snapshotOf(source);
    server.reset();
    expect((await source.poll(signal)).kind).toBe("unchanged");
    expect(server.requests.map(({ method }) => method)).toEqual(["GET"]);
  });

  test("transfers kilobytes for a pushed line, whatever the size", async () => {
    const first = await repository.push({ "big.bin": randomBytes(6_000_000), "a.yaml": "a: 1\n" });
    const source = open();
    expect((await snapshotOf(source)).revision).toBe(first);
    for (const line of ["a: 2\n", "a: 3\n"]) {
      server.reset();
      const revision = await repository.push({ "a.yaml": line });
      const snapshot = await snapshotOf(source);
      expect(snapshot.revision).toBe(revision);
      expect(await snapshot.tree.read("a.yaml")).toBe(line);
      expect(await snapshot.tree.size("big.bin")).toBe(6_000_000);
      expect(server.bytesSent).toBeLessThan(10_000);
    }
  });

  test("transfers kilobytes for a merge of a branch that began before the clone", async () => {
    await repository.push({ "a.yaml": "a: 1\n" });
    await repository.git("branch", "feature");
    await repository.push({ "big.bin": randomBytes(3_000_000) });
    const source = open();
    await snapshotOf(source);
    await repository.git("checkout", "-q", "feature");
    await repository.push({ "b.yaml": "b: 1\n" }, "feature");
    await repository.git("checkout", "-q", "main");
    await repository.git("merge", "-q", "--no-edit", "feature");
    const revision = await repository.pushAll();
    server.reset();
    const snapshot = await snapshotOf(source);
    expect(snapshot.revision).toBe(revision);
    expect(snapshot.tree.paths).toEqual(["a.yaml", "b.yaml", "big.bin"]);
    expect(server.bytesSent).toBeLessThan(10_000);
  });

  test("follows a push with force into a fresh database", async () => {
    await repository.push({ "a.yaml": "a: 1\n" });
    const source = open();
    await snapshotOf(source);
    await repository.git("checkout", "-q", "--orphan", "other");
    const revision = await repository.push({ "b.yaml": "b: 1\n" });
    const snapshot = await snapshotOf(source);
    expect(snapshot.revision).toBe(revision);
    expect(await snapshot.tree.read("b.yaml")).toBe("b: 1\n");
    await repository.push({ "b.yaml": "b: 2\n" });
    await snapshotOf(source);
    const [folder = ""] = await readdir(join(repository.root, "data"));
    const databases = (await readdir(join(repository.root, "data", folder))).filter((n) =>
      n.endsWith(".git"),
    );
    expect(databases).toHaveLength(1);
  });

  test("goes back to an older commit", async () => {
    const first = await repository.push({ "a.yaml": "a: 1\n" });
    await repository.push({ "a.yaml": "a: 2\n" });
    const source = open();
    await snapshotOf(source);
    await repository.git("push", "-q", "-f", "origin", `${first}:refs/heads/main`);
    const snapshot = await snapshotOf(source);
    expect(snapshot.revision).toBe(first);
    expect(await snapshot.tree.read("a.yaml")).toBe("a: 1\n");
  });
});

describe("a ref", () => {
  test.each([
    ["a branch", "feature/x", 1],
    ["a full branch name", "refs/heads/feature/x", 1],
    ["a light tag", "light", 0],
    ["an annotated tag", "v1.0.0", 0],
    ["HEAD when none is given", undefined, 2],
  ] as const)("may be %s", async (_name, ref, index) => {
    const commits = [await repository.push({ "a.yaml": "a: 0\n" })];
    await repository.git("tag", "light");
    await repository.git("tag", "-a", "-m", "one", "v1.0.0");
    await repository.git("push", "-q", "origin", "--tags");
    commits.push(await repository.push({ "a.yaml": "a: 1\n" }, "feature/x"));
    commits.push(await repository.push({ "a.yaml": "a: 2\n" }));
    const source = open(ref === undefined ? {} : { ref });
    expect((await snapshotOf(source)).revision).toBe(commits[index]);
    expect((await source.poll(signal)).kind).toBe("unchanged");
  });

  test("may be a commit that no ref points at, on a server that gives only refs", async () => {
    const ref = await repository.push({ "a.yaml": "a: 0\n" });
    await repository.push({ "a.yaml": "a: 1\n" });
    const source = open({ ref });
    const snapshot = await snapshotOf(source);
    expect(snapshot.revision).toBe(ref);
    expect(await snapshot.tree.read("a.yaml")).toBe("a: 0\n");
    server.reset();
    expect((await source.poll(signal)).kind).toBe("unchanged");
    expect(server.requests).toEqual([]);
  });

  test("that changes in the configuration does not serve the old one's revision", async () => {
    await repository.push({ "a.yaml": "a: 0\n" });
    await snapshotOf(open());
    const other = open({ ref: "refs/heads/main" });
    expect(await other.restore(signal)).toBeUndefined();
    expect((await other.poll(signal)).kind).toBe("snapshot");
  });
});

describe("a failure says what it is, and the last good revision stays", () => {
  const rows: readonly [string, () => Promise<void>, Partial<SourceOptions>, object][] = [
    [
      "a deleted branch",
      async () => {
        await repository.git("push", "-q", "origin", "HEAD:refs/heads/other", ":refs/heads/main");
      },
      { ref: "main" },
      { reason: "refNotFound", message: 'http://git/fleet.git: no branch or tag "main"' },
    ],
    [
      "a dead server",
      () => server.stop(),
      {},
      { reason: "unreachable", message: expect.stringContaining("ECONNREFUSED") },
    ],
    [
      "credentials asked for",
      async () => {
        server.credentials = "a:b";
      },
      {},
      {
        reason: "auth",
        message: "http://git/fleet.git: asks for credentials (HTTP 401): Unauthorized",
        hint: expect.stringContaining("tokenFile"),
      },
    ],
    [
      "a server error",
      async () => {
        server.mischief = { kind: "status", status: 503, body: "maintenance" };
      },
      {},
      { reason: "serverError", message: "http://git/fleet.git: HTTP 503: maintenance" },
    ],
    [
      "a repository that moved away",
      async () => {
        server.mischief = { kind: "status", status: 404 };
      },
      {},
      { reason: "repositoryNotFound" },
    ],
    [
      "a redirect to another host",
      async () => {
        server.mischief = { kind: "redirect", location: (path) => `http://user:pw@other.example.com${path}` };
      },
      {},
      {
        reason: "redirect",
        message: expect.stringMatching(/redirected to another server, http:\/\/other\.example\.com\/fleet/),
      },
    ],
    [
      "a web page",
      async () => {
        server.mischief = { kind: "page", html: "<html><body>Sign in</body></html>" };
      },
      {},
      { reason: "notGit" },
    ],
    [
      "silence",
      async () => {
        server.mischief = { kind: "hang" };
      },
      { timeoutMs: 300 },
      { reason: "timeout" },
    ],
    [
      "a pack cut off by the network",
      async () => {
        await repository.push({ "c.bin": randomBytes(50_000) });
        server.mischief = { kind: "cut", after: 20_000, politely: false };
      },
      {},
      { reason: "truncated" },
    ],
    [
      "a pack that ends too early",
      async () => {
        await repository.push({ "c.bin": randomBytes(50_000) });
        server.mischief = { kind: "cut", after: 20_000, politely: true };
      },
      {},
      { reason: expect.stringMatching(/^(truncated|corrupt)$/) },
    ],
  ];

  test.each(rows)("%s", async (_name, spoil, options, expected) => {
    const revision = await repository.push({ "a.yaml": "a: 1\n" });
    const source = open(options);
    const good = await snapshotOf(source);
    await spoil();
    expect(await failureOf(source)).toMatchObject(expected);
    expect(await good.tree.read("a.yaml")).toBe("a: 1\n");
    // Also for a new life that never saw the server well.
    const restarted = open(options);
    const restored = await restarted.restore(signal);
    expect(restored?.snapshot.revision).toBe(revision);
    expect(await restored?.snapshot.tree.read("a.yaml")).toBe("a: 1\n");
    expect(await failureOf(restarted)).toMatchObject(expected);
  });

  test("and the next poll recovers from a cut", async () => {
    await repository.push({ "a.yaml": "a: 1\n" });
    const source = open();
    await snapshotOf(source);
    const revision = await repository.push({ "c.bin": randomBytes(50_000) });
    for (const politely of [true, false]) {
      server.mischief = { kind: "cut", after: 20_000, politely };
      await failureOf(source);
    }
    server.mischief = NONE;
    const snapshot = await snapshotOf(source);
    expect(snapshot.revision).toBe(revision);
    expect(await snapshot.tree.size("c.bin")).toBe(50_000);
  });

  test("a cut in the very first clone leaves nothing behind", async () => {
    await repository.push({ "c.bin": randomBytes(50_000) });
    const source = open();
    server.mischief = { kind: "cut", after: 20_000, politely: true };
    await failureOf(source);
    expect(await open().restore(signal)).toBeUndefined();
    server.mischief = NONE;
    expect((await snapshotOf(source)).tree.paths).toEqual(["c.bin"]);
  });

  test("a repository over the size limit is refused while it comes", async () => {
    await repository.push({ "big.bin": randomBytes(5_000_000) });
    const failure = await failureOf(open({ maxSize: 100_000 }));
    expect(failure).toMatchObject({
      reason: "tooLarge",
      message: "http://git/fleet.git: larger than the limit of 100000 bytes",
    });
    expect(server.bytesSent).toBeLessThan(5_000_000);
  });

  test("a data directory that cannot be written", async () => {
    await repository.push({ "a.yaml": "a: 1\n" });
    const dataDir = join(repository.root, "file");
    await writeFile(dataDir, "");
    const source = open({ dataDir });
    expect(await source.restore(signal)).toBeUndefined();
    expect(await failureOf(source)).toMatchObject({ reason: "storage" });
  });

  test("an empty repository", async () => {
    expect(await failureOf(open())).toMatchObject({ reason: "emptyRepository" });
  });

  test("a commit that is nowhere", async () => {
    await repository.push({ "a.yaml": "a: 1\n" });
    const ref = "1234567890123456789012345678901234567890";
    expect(await failureOf(open({ ref }))).toMatchObject({ reason: "refNotFound" });
  });
});

describe("credentials", () => {
  test("come from files that are read again", async () => {
    server.credentials = "deploy:new";
    await repository.push({ "a.yaml": "a: 1\n" });
    const tokenFile = join(repository.root, "token");
    const usernameFile = join(repository.root, "user");
    await writeFile(tokenFile, "old\n");
    await writeFile(usernameFile, "deploy\n");
    const source = open({ credentials: { tokenFile, usernameFile } });
    expect(await failureOf(source)).toMatchObject({
      reason: "auth",
      message: expect.stringContaining("refuses the credentials"),
    });
    await writeFile(tokenFile, "new\n");
    expect((await snapshotOf(source)).tree.paths).toEqual(["a.yaml"]);
  });

  test("in the URL work and never show", async () => {
    server.credentials = "me:p@ss";
    await repository.push({ "a.yaml": "a: 1\n" });
    const url = `${server.origin.replace("//", "//me:p%40ss@")}/fleet.git`;
    const source = open({ url });
    expect((await snapshotOf(source)).tree.paths).toEqual(["a.yaml"]);
    expect(source.url).toBe(`${server.origin}/fleet.git`);
  });

  test("in a file that is missing are a failure that names the file", async () => {
    const tokenFile = join(repository.root, "absent");
    expect(await failureOf(open({ credentials: { tokenFile } }))).toMatchObject({ reason: "credentials" });
  });

  test("do not follow a redirect to another server", async () => {
    const other = new GitServer(dirname(repository.bare));
    await other.start();
    try {
      await repository.push({ "a.yaml": "a: 1\n" });
      server.mischief = { kind: "redirect", location: (path) => `${other.origin}${path}` };
      await writeFile(join(repository.root, "token"), "secret");
      const source = open({ credentials: { tokenFile: join(repository.root, "token") } });
      expect(await failureOf(source)).toMatchObject({ reason: "redirect" });
      expect(other.requests).toEqual([]);
    } finally {
      await other.stop();
    }
  });

  test("go along a redirect on the same server", async () => {
    server.credentials = "git:secret";
    await repository.push({ "a.yaml": "a: 1\n" });
    await writeFile(join(repository.root, "token"), "secret");
    const credentials = { tokenFile: join(repository.root, "token") };
    const source = open({ url: `${server.origin}/old.git`, credentials });
    server.rename = (path) => path.replace("/old.git/", "/fleet.git/");
    expect((await snapshotOf(source)).tree.paths).toEqual(["a.yaml"]);
    expect(server.requests.map(({ method }) => method)).toEqual(["GET", "GET", "GET", "GET", "POST", "POST"]);
  });
});

describe("a certificate of one's own authority", () => {
  const fixture = (name: string) => join(import.meta.dirname, "tls", name);

  test("is trusted with a CA file, and refused without", async () => {
    const [cert, key] = await Promise.all([readFile(fixture("cert.pem")), readFile(fixture("key.pem"))]);
    const secure = new GitServer(dirname(repository.bare), { cert, key });
    await secure.start();
    try {
      await repository.push({ "a.yaml": "a: 1\n" });
      const url = `${secure.origin}/fleet.git`;
      expect(await failureOf(open({ url }))).toMatchObject({
        reason: "tls",
        hint: expect.stringContaining("caFile"),
      });
      const trusting = open({ url, credentials: { caFile: fixture("cert.pem") } });
      expect((await snapshotOf(trusting)).tree.paths).toEqual(["a.yaml"]);
    } finally {
      await secure.stop();
    }
  });
});

test("an aborted poll rejects", async () => {
  await repository.push({ "a.yaml": "a: 1\n" });
  server.mischief = { kind: "hang" };
  const controller = new AbortController();
  const poll = open().poll(controller.signal);
  setTimeout(() => controller.abort(), 50);
  await expect(poll).rejects.toMatchObject({ name: "AbortError" });
});
