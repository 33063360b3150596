import { describe, expect, test } from "vitest";
import { loadPackage } from "../../src/package/loadPackage.ts";
import type { OperatorPackage } from "../../src/package/operatorPackage.ts";
import { packageDigest } from "../../src/package/operatorVersion.ts";
import { PackageError } from "../../src/repository/packageError.ts";
import { entryOf, indexOf, printIndex } from "../../src/repository/repositoryIndex.ts";
import { writeArchive } from "../../src/source/archiveTree.ts";
import { memoryTree } from "../../src/source/memoryTree.ts";
import type { LoadedRevision } from "../../src/sync/loadedRevision.ts";
import { loadRevision, newRevisionMemory, type RevisionMemory } from "../../src/sync/loadRevision.ts";
import { memoryTree as treeOfTexts } from "../source/memoryTree.ts";
import { instanceText } from "./fleet.ts";

const { signal } = new AbortController();

type Content = Readonly<Record<string, string | Uint8Array>>;

/** The files of an operator that makes children; one task each, on a line of its own: line 6, 7, … */
function operator(
  name: string,
  version: string,
  ...children: readonly Readonly<Record<string, string>>[]
): Record<string, string> {
  const tasks = children.map(
    (spec, at) => `  - { name: child-${at}, kind: KudoOperator, spec: ${JSON.stringify(spec)} }`,
  );
  return {
    "operator.yaml": [
      "apiVersion: kudo.dev/v1beta1",
      `name: ${name}`,
      `operatorVersion: "${version}"`,
      'kubernetesVersion: "1.20.0"',
      children.length > 0 ? "tasks:" : "tasks: [{ name: none, kind: Dummy, spec: { done: true } }]",
      ...tasks,
      `plans: { deploy: { strategy: serial, phases: [{ name: p, strategy: serial, steps: [{ name: s, tasks: [${children.length > 0 ? children.map((_, at) => `child-${at}`).join(", ") : "none"}] }] }] } }`,
    ].join("\n"),
    "params.yaml": "",
  };
}

function under(folder: string, content: Content): Content {
  return Object.fromEntries(Object.entries(content).map(([path, text]) => [`${folder}/${path}`, text]));
}

function archive(content: Content): Promise<Uint8Array> {
  return writeArchive(new Map(Object.entries(content).map(([path, text]) => [path, Buffer.from(text)])));
}

/** A repository of packages; counts what is fetched. */
class Server {
  readonly repository = { name: "community", url: "https://repo.example/v1" };
  readonly fetched: string[] = [];
  readonly files = new Map<string, Uint8Array>();
  isDown = false;

  async publish(...packages: readonly Record<string, string>[]): Promise<this> {
    const entries = [];
    for (const [at, content] of packages.entries()) {
      const { loaded } = await loadPackage(treeOfTexts(content), "");
      const bytes = await archive(content);
      if (loaded) entries.push(entryOf(loaded.pkg, bytes, `${at}.tgz`));
      this.files.set(`https://repo.example/v1/${at}.tgz`, bytes);
    }
    this.files.set("https://repo.example/v1/index.yaml", Buffer.from(printIndex(indexOf(entries, ""))));
    return this;
  }

  memory(): RevisionMemory {
    return newRevisionMemory("fleet", { repositories: [this.repository], reader: this });
  }

  readonly download = async (url: string): Promise<Uint8Array> => {
    this.fetched.push(url.slice("https://repo.example/v1/".length));
    const found = this.files.get(url);
    if (this.isDown) throw new PackageError(`${url} cannot be reached: refused`, { retryable: true });
    if (!found) throw new PackageError(`${url} answered 404`);
    return found;
  };
}

const NOWHERE = {
  repositories: [],
  reader: { download: () => Promise.reject(new Error("nothing is fetched")) },
};

async function load(content: Content, memory = newRevisionMemory("fleet", NOWHERE)): Promise<LoadedRevision> {
  const files = Object.entries({
    "i/top.yaml": instanceText("top", { namespace: "ns", version: "top-1.0.0" }),
    ...content,
  });
  const tree = memoryTree(new Map(files.map(([path, text]) => [path, Buffer.from(text)])));
  return await loadRevision({ source: "fleet", revision: "r1", tree }, ".", memory, signal);
}

/** What is published for the instance `top`, and what is wrong. */
function shown(loaded: LoadedRevision): Readonly<Record<string, unknown>> {
  const top = loaded.packages.get("top-1.0.0");
  const all = [...(loaded.dependencies.get("top-1.0.0") ?? []), ...(top ? [top] : [])];
  return {
    published: all.map(text),
    issues: loaded.issues.map(({ file, line, message }) => `${file}${line ? `:${line}` : ""} ${message}`),
  };
}

function text(pkg: OperatorPackage): string {
  expect(pkg.digest).toBe(packageDigest(pkg));
  const needs = pkg.tasks.flatMap((task) =>
    task.kind === "KudoOperator"
      ? [`${task.package} ${task.operatorVersion}${task.appVersion && ` app ${task.appVersion}`}`]
      : [],
  );
  return [`${pkg.name} ${pkg.operatorVersion}`, ...needs].join(" > ");
}

describe("a KudoOperator task means (9.3)", () => {
  test.for<readonly [string, Content | (() => Promise<Content>), readonly string[]]>([
    [
      "a folder beside its own",
      {
        ...under("ops/top", operator("top", "1.0.0", { package: "../zk" })),
        ...under("ops/zk", operator("zk", "0.3.0")),
      },
      ["zk 0.3.0", "top 1.0.0 > zk 0.3.0"],
    ],
    [
      "a folder inside its own",
      {
        ...under("top", operator("top", "1.0.0", { package: "./zk" })),
        ...under("top/zk", operator("zk", "0.3.0")),
      },
      ["zk 0.3.0", "top 1.0.0 > zk 0.3.0"],
    ],
    [
      "an archive of the repository",
      async () => ({
        ...under("top", operator("top", "1.0.0", { package: "../zk.tgz" })),
        "zk.tgz": await archive(operator("zk", "0.3.0")),
      }),
      ["zk 0.3.0", "top 1.0.0 > zk 0.3.0"],
    ],
    [
      "what an archive is shipped with",
      async () => ({
        "packed/top-1.0.0.tgz": await archive({
          ...operator("top", "1.0.0", { package: "./zk" }),
          ...under("zk", operator("zk", "0.3.0")),
        }),
      }),
      ["zk 0.3.0", "top 1.0.0 > zk 0.3.0"],
    ],
    [
      "by its name the newest package of the source",
      {
        ...under("top", operator("top", "1.0.0", { package: "zk" })),
        ...under("old", operator("zk", "0.9.0")),
        ...under("new", operator("zk", "0.10.0")),
      },
      ["zk 0.10.0", "top 1.0.0 > zk 0.10.0"],
    ],
    [
      "by its name and version that package of the source",
      {
        ...under("top", operator("top", "1.0.0", { package: "zk", operatorVersion: "0.9.0" })),
        ...under("old", operator("zk", "0.9.0")),
        ...under("new", operator("zk", "0.10.0")),
      },
      ["zk 0.9.0", "top 1.0.0 > zk 0.9.0"],
    ],
    [
      "what that one needs, too, and each once",
      {
        ...under("top", operator("top", "1.0.0", { package: "mid" }, { package: "zk" })),
        ...under("mid", operator("mid", "2.0.0", { package: "zk" })),
        ...under("zk", operator("zk", "0.3.0")),
      },
      ["zk 0.3.0", "mid 2.0.0 > zk 0.3.0", "top 1.0.0 > mid 2.0.0 > zk 0.3.0"],
    ],
  ])("%s", async ([, content, published]) => {
    const loaded = await load(typeof content === "function" ? await content() : content);
    expect(shown(loaded)).toEqual({ published, issues: [] });
    expect([loaded.packagesComplete, loaded.mayRetry]).toEqual([true, false]);
  });

  test("by its name a package of a repository, when the source has none", async () => {
    const server = await new Server().publish(
      operator("zk", "0.3.0"),
      operator("zk", "0.4.0", { package: "base" }),
      operator("base", "1.0.0"),
    );
    const loaded = await load(under("top", operator("top", "1.0.0", { package: "zk" })), server.memory());
    expect(shown(loaded)).toEqual({
      published: ["base 1.0.0", "zk 0.4.0 > base 1.0.0", "top 1.0.0 > zk 0.4.0"],
      issues: [],
    });
    expect(server.fetched).toEqual(["index.yaml", "1.tgz", "2.tgz"]);
  });
});

describe("what cannot be resolved is an issue on the task's line, and stops only that package", () => {
  const zk = under("zk", operator("zk", "0.3.0"));
  test.for<readonly [string, Content, string]>([
    [
      "a folder that is not there",
      under("top", operator("top", "1.0.0", { package: "../zoo" })),
      "top/operator.yaml:6 task child-0 of top: fleet: zoo is no usable package",
    ],
    [
      "a way out of the repository",
      under("top", operator("top", "1.0.0", { package: "../../zk" })),
      "top/operator.yaml:6 task child-0 of top: ../../zk leads out of fleet",
    ],
    [
      "a mistyped name",
      { ...zk, ...under("top", operator("top", "1.0.0", { package: "kz" })) },
      'the source has no package kz; did you mean "zk"?',
    ],
    [
      "a version that nobody has",
      { ...zk, ...under("top", operator("top", "1.0.0", { package: "zk", operatorVersion: "9.0.0" })) },
      "the source has no package zk of operator version 9.0.0; there is 0.3.0",
    ],
    [
      "a URL",
      under("top", operator("top", "1.0.0", { package: "https://example.com/zk.tgz" })),
      "https://example.com/zk.tgz is a URL, from which no package is taken here",
    ],
    [
      "a file of this machine",
      under("top", operator("top", "1.0.0", { package: "/etc/zk" })),
      "the source has no package /etc/zk",
    ],
    [
      "a circle",
      {
        ...under("top", operator("top", "1.0.0", { package: "zk" })),
        ...under("zk", operator("zk", "0.3.0", { package: "top" })),
      },
      "top/operator.yaml:6 packages depend on each other in a circle: top-1.0.0 -> zk-0.3.0 -> top-1.0.0",
    ],
    [
      "itself",
      under("top", operator("top", "1.0.0", { package: "top" })),
      "in a circle: top-1.0.0 -> top-1.0.0",
    ],
    [
      "two packages of one name",
      {
        ...under("top", operator("top", "1.0.0", { package: "./zk" }, { package: "../mid" })),
        ...under("top/zk", operator("zk", "0.3.0")),
        ...under("mid", operator("mid", "1.0.0", { package: "./zk" })),
        ...under("mid/zk", {
          ...operator("zk", "0.3.0"),
          "params.yaml": "parameters: [{ name: A, default: a }]",
        }),
      },
      "top/operator.yaml:7 two packages are both zk-0.3.0: fleet: top/zk and fleet: mid/zk",
    ],
    [
      "a mistake far below",
      {
        ...under("top", operator("top", "1.0.0", { package: "zk" })),
        ...under("zk", operator("zk", "0.3.0", { package: "./gone" })),
      },
      "top/operator.yaml:6 task child-0 of zk: fleet: zk/gone is no usable package",
    ],
  ])("%s", async ([, content, message]) => {
    const other = {
      ...under("other", operator("other", "1.0.0")),
      "i/other.yaml": instanceText("other", { namespace: "ns", version: "other-1.0.0" }),
    };
    const loaded = await load({ ...content, ...other });
    expect(
      loaded.issues.map(({ file, line, message: said }) => `${file}:${line} ${said}`).join("\n"),
    ).toContain(message);
    expect(loaded.packages.has("top-1.0.0")).toBe(false);
    expect(loaded.packages.has("other-1.0.0")).toBe(true);
    expect([loaded.packagesComplete, loaded.mayRetry]).toEqual([false, false]);
  });

  test("two packages that need different ones of the same name", async () => {
    const loaded = await load({
      ...under("top", operator("top", "1.0.0", { package: "./zk" })),
      ...under("top/zk", operator("zk", "0.3.0")),
      ...under("two", operator("two", "1.0.0", { package: "./zk" })),
      ...under("two/zk", {
        ...operator("zk", "0.3.0"),
        "params.yaml": "parameters: [{ name: A, default: a }]",
      }),
      "i/two.yaml": instanceText("two", { namespace: "ns", version: "two-1.0.0" }),
    });
    expect([loaded.packages.has("top-1.0.0"), loaded.packages.has("two-1.0.0")]).toEqual([true, false]);
    expect(loaded.issues.map(({ message }) => message).join("\n")).toContain(
      "zk-0.3.0 is another package here than for top-1.0.0",
    );
  });
});

describe("a repository of packages", () => {
  const top = under("top", operator("top", "1.0.0", { package: "zk" }));

  test("that does not answer is tried again, and its archives are fetched once", async () => {
    const server = await new Server().publish(operator("zk", "0.3.0"));
    const memory = server.memory();
    server.isDown = true;
    const failed = await load(top, memory);
    expect(failed.mayRetry).toBe(true);
    expect(shown(failed).issues).toEqual([
      "top/operator.yaml:6 task child-0 of top: repository community: https://repo.example/v1/index.yaml cannot be reached: refused",
    ]);
    expect(failed.issues[0]?.hint).toContain("configuration");
    server.isDown = false;
    for (const _ of [1, 2]) expect(shown(await load(top, memory)).issues).toEqual([]);
    expect(server.fetched).toEqual(["index.yaml", "index.yaml", "0.tgz", "index.yaml"]);
  });

  test("whose archive is not what its index says is not used", async () => {
    const server = await new Server().publish(operator("zk", "0.3.0"));
    server.files.set("https://repo.example/v1/0.tgz", await archive(operator("zk", "6.6.6")));
    const loaded = await load(top, server.memory());
    expect(loaded.packages.has("top-1.0.0")).toBe(false);
    expect(loaded.issues[0]?.message).toContain("its SHA-256 is another");
  });

  test("cannot name files of this machine", async () => {
    const server = await new Server().publish(operator("zk", "0.3.0"));
    const { repository } = server;
    const index = Buffer.from(server.files.get(`${repository.url}/index.yaml`) ?? "").toString();
    server.files.set(
      `${repository.url}/index.yaml`,
      Buffer.from(index.replace("0.tgz", "file:///etc/zk.tgz")),
    );
    expect((await load(top, server.memory())).issues[0]?.message).toContain(
      "a repository elsewhere cannot name files",
    );
    expect(server.fetched).toEqual(["index.yaml"]);
  });

  test("has the package that an instance names and the source does not", async () => {
    const server = await new Server().publish(operator("top", "1.0.0"), operator("top", "2.0.0"));
    expect(shown(await load({}, server.memory()))).toEqual({ published: ["top 1.0.0"], issues: [] });
  });

  test("does not take the place of a package of the source that has mistakes", async () => {
    const server = await new Server().publish(operator("top", "1.0.0"), operator("zk", "0.3.0"));
    const broken = {
      "operator.yaml": `${operator("top", "1.0.0")["operator.yaml"]}\nplans: {}\n`,
      "params.yaml": "",
    };
    const own = await load(under("top", broken), server.memory());
    expect([own.packages.size, server.fetched]).toEqual([0, []]);
    const zk = { ...operator("zk", "0.3.0"), "params.yaml": "[]" };
    const needed = await load({ ...top, ...under("zk", zk) }, server.memory());
    expect(needed.issues.map(({ message }) => message).join("\n")).toContain(
      "task child-0 of top: the package zk of the source has mistakes",
    );
  });

  test("is not asked for what the source has", async () => {
    const server = new Server();
    await load({ ...top, ...under("zk", operator("zk", "0.3.0")) }, server.memory());
    expect(server.fetched).toEqual([]);
  });
});

describe("an archive in the repository (1.2)", () => {
  const named = async (content: Content): Promise<Content> => ({ "packed/top.tgz": await archive(content) });

  test("is the package in it", async () => {
    expect(shown(await load(await named(operator("top", "1.0.0"))))).toEqual({
      published: ["top 1.0.0"],
      issues: [],
    });
  });

  test.for<readonly [string, () => Promise<Content>, string | undefined]>([
    [
      "with a mistake has it on its line",
      () => named({ ...operator("top", "1.0.0"), "operator.yaml": "name: [" }),
      "packed/top.tgz/operator.yaml:1",
    ],
    [
      "without params.yaml",
      () => named({ "operator.yaml": operator("top", "1.0.0")["operator.yaml"] ?? "" }),
      "packed/top.tgz/params.yaml",
    ],
    [
      "packed with its folder says how to pack it",
      () => named(under("top", operator("top", "1.0.0"))),
      "packed/top.tgz the archive has no operator.yaml at its root, but top/operator.yaml",
    ],
    [
      "that is none",
      async () => ({ "packed/top.tgz": "no archive" }),
      "packed/top.tgz top.tgz is no .tgz archive",
    ],
    ["of something else is nobody's business", () => named({ "Chart.yaml": "name: top" }), undefined],
  ])("%s", async ([, content, message]) => {
    const loaded = await load({ ...(await content()), ...under("top", operator("top", "1.0.0")) });
    const issues = loaded.issues.map(
      ({ file, line, message: said }) => `${file}${line ? `:${line}` : ""} ${said}`,
    );
    if (message === undefined) expect(issues).toEqual([]);
    else expect(issues.join("\n")).toContain(message);
    expect(loaded.packages.has("top-1.0.0")).toBe(true);
  });

  test("that did not change is not unpacked again", async () => {
    const memory = newRevisionMemory("fleet", NOWHERE);
    const content = await named(operator("top", "1.0.0"));
    const first = (await load(content, memory)).packages.get("top-1.0.0");
    expect((await load({ ...content, "README.md": "new" }, memory)).packages.get("top-1.0.0")).toBe(first);
    const changed = await named({
      ...operator("top", "1.0.0"),
      "params.yaml": "parameters: [{ name: A, default: a }]",
    });
    expect((await load(changed, memory)).packages.get("top-1.0.0")).not.toBe(first);
  });
});
