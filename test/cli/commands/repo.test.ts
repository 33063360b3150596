import { cp, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { registerRepo } from "../../../src/cli/commands/repo.ts";
import { registerSearch } from "../../../src/cli/commands/search.ts";
import { writeArchive } from "../../../src/source/archiveTree.ts";
import { type CliRun, runLockstep } from "../runLockstep.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lockstep-repo-"));
  await mkdir(join(folder, "packages"));
  for (const [name, operatorVersion, appVersion] of [
    ["kafka", "0.2.0", "2.5"],
    ["kafka", "0.1.0", "2.4"],
    ["zookeeper", "0.3.0", ""],
  ] as const) {
    const operator = {
      name,
      operatorVersion,
      appVersion,
      kubernetesVersion: "1.20.0",
      plans: { deploy: {} },
    };
    const files = new Map([
      ["operator.yaml", Buffer.from(JSON.stringify(operator))],
      ["params.yaml", Buffer.from("")],
    ]);
    await writeFile(join(folder, "packages", `${name}-${operatorVersion}.tgz`), await writeArchive(files));
  }
});
afterAll(() => rm(folder, { recursive: true }));

function lockstep(...args: readonly string[]): Promise<CliRun> {
  return runLockstep([...args, "--home", join(folder, "home")], [registerRepo, registerSearch]);
}

test("a person's own repository: index it, add it, choose it, search it, forget it", async () => {
  const url = pathToFileURL(join(folder, "packages")).href;
  const said: string[] = [];
  for (const call of [
    ["repo", "list"],
    ["repo", "index", join(folder, "packages")],
    ["repo", "add", "mine", url],
    ["repo", "context", "mine"],
    ["search"],
    ["search", "-a", "kaf"],
    ["search", "nothing"],
    ["repo", "rm", "mine"],
    ["repo", "list"],
  ]) {
    const { code, out, err } = await lockstep(...call);
    expect([code, err]).toEqual([0, ""]);
    said.push(out.replaceAll(folder, "…"));
  }
  expect(said.join("")).toBe(
    [
      "NAME      \tURL",
      "*community\thttps://kudo-repository.storage.googleapis.com/v1",
      "index …/packages/index.yaml created",
      '"mine" has been added to your repositories',
      '"mine" is the current repository now',
      "Name     \tOperator Version\tApp Version",
      "kafka    \t0.2.0           \t2.5",
      "zookeeper\t0.3.0",
      "Name \tOperator Version\tApp Version",
      "kafka\t0.2.0           \t2.5",
      "     \t0.1.0           \t2.4",
      'no package of mine has "nothing" in its name',
      '"mine" has been removed from your repositories',
      "NAME     \tURL",
      "community\thttps://kudo-repository.storage.googleapis.com/v1",
      "",
    ].join("\n"),
  );
});

test("an index names each archive, its digest, and where it lies", async () => {
  const run = await lockstep(
    "repo",
    "index",
    join(folder, "packages"),
    "--url",
    "https://example.com/v1/",
    "-w",
  );
  expect(run.code).toBe(0);
  const text = await readFile(join(folder, "packages/index.yaml"), "utf8");
  expect(text).toMatch(/digest: [0-9a-f]{64}\n/);
  expect(text).toContain("- https://example.com/v1/kafka-0.2.0.tgz\n");
});

test("what lies beside the packages does not count, however large", async () => {
  const beside = join(folder, "beside");
  await cp(join(folder, "packages"), beside, { recursive: true });
  await writeFile(join(beside, "disk.img"), "");
  await truncate(join(beside, "disk.img"), 2 ** 30);
  await mkdir(join(beside, "deeper.tgz"));
  const { code, out } = await lockstep("repo", "index", beside, "-w");
  expect([code, out]).toEqual([0, `index ${beside}/index.yaml created\n`]);
});

test.each([
  { name: "a second index", call: ["repo", "index", "packages"], code: 2, err: "--overwrite replaces it" },
  {
    name: "a folder without packages",
    call: ["repo", "index", "home"],
    code: 1,
    err: "home has no .tgz package",
  },
  {
    name: "--url and --url-repo",
    call: ["repo", "index", "packages", "--url", "a", "--url-repo", "b"],
    code: 2,
    err: "--url and --url-repo say the same thing",
  },
  {
    name: "a URL that is no repository",
    call: ["repo", "add", "x", "file:///nowhere"],
    code: 1,
    err: "--skip-check adds it all the same",
  },
  {
    name: "a name that is taken",
    call: ["repo", "add", "community", "https://example.com"],
    code: 2,
    err: 'there is a repository "community" already',
  },
  {
    name: "a word that is no URL",
    call: ["repo", "add", "x", "example"],
    code: 2,
    err: '"example" is no http, https or file URL',
  },
  {
    name: "a repository that nobody knows",
    call: ["repo", "context", "comunity"],
    code: 2,
    err: 'did you mean "community"?',
  },
  {
    name: "a search of it",
    call: ["search", "x", "--repo", "nope"],
    code: 2,
    err: 'there is no repository "nope"',
  },
])("$name is told what to do", async ({ call, code, err }) => {
  const paths = call.map((word) => (word === "packages" || word === "home" ? join(folder, word) : word));
  const run = await lockstep(...paths);
  expect(run.code).toBe(code);
  expect(run.err).toContain(err);
});
