import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { registerPackage } from "../../../src/cli/commands/package.ts";
import { registerRepo } from "../../../src/cli/commands/repo.ts";
import { writeArchive } from "../../../src/source/archiveTree.ts";
import { type CliRun, runLockstep } from "../runLockstep.ts";

/** A package whose one parameter is named after its version. */
function archiveOf(operatorVersion: string, prefix = "", task = "only"): Promise<Uint8Array> {
  const operator = {
    name: "pg",
    operatorVersion,
    appVersion: "12",
    kubernetesVersion: "1.20.0",
    tasks: [{ name: task, kind: "Dummy", spec: { done: true } }],
    plans: {
      deploy: { strategy: "serial", phases: [{ name: "p", steps: [{ name: "s", tasks: ["only"] }] }] },
    },
  };
  const parameters = [{ name: `P${operatorVersion}`, trigger: "deploy" }];
  return writeArchive(
    new Map([
      [`${prefix}operator.yaml`, Buffer.from(JSON.stringify(operator, undefined, 1))],
      [`${prefix}params.yaml`, Buffer.from(JSON.stringify({ parameters }))],
    ]),
  );
}

let root = "";
let url = "";
const server = createServer(async (_request, response) => {
  response.end(await archiveOf("0.3.0"));
});
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "lockstep-where-"));
  await mkdir(join(root, "packages"));
  for (const version of ["0.1.0", "0.2.0"])
    await writeFile(join(root, `packages/pg-12_${version}.tgz`), await archiveOf(version));
  await writeFile(join(root, "wrapped.tgz"), await archiveOf("0.1.0", "pg/"));
  await writeFile(join(root, "wrong.tgz"), await archiveOf("0.1.0", "", "other"));
  await writeFile(join(root, "notes.txt"), "");
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const repository = pathToFileURL(join(root, "packages")).href;
  for (const call of [
    ["repo", "index", join(root, "packages")],
    ["repo", "add", "mine", repository],
  ])
    expect((await run([...call, "--home", join(root, "home")])).code).toBe(0);
});
afterAll(async () => {
  server.close();
  await rm(root, { recursive: true });
});

async function run(args: readonly string[]): Promise<CliRun> {
  const { code, out, err } = await runLockstep(args, [registerPackage, registerRepo]);
  const clean = (text: string): string => text.replaceAll(`${root}/`, "").replaceAll(url, "URL");
  return { code, out: clean(out), err: clean(err) };
}

const HOME = (): readonly string[] => ["--home", join(root, "home")];

test.each([
  ["an archive", () => [join(root, "packages/pg-12_0.1.0.tgz")], "P0.1.0"],
  ["a URL", () => [`${url}/pg.tgz`], "P0.3.0"],
  ["a URL of a file", () => [pathToFileURL(join(root, "packages/pg-12_0.2.0.tgz")).href], "P0.2.0"],
  ["the newest of a repository", () => ["pg", "--repo", "mine", ...HOME()], "P0.2.0"],
  [
    "a version of a repository",
    () => ["pg", "--repo", "mine", "--operator-version", "0.1.0", ...HOME()],
    "P0.1.0",
  ],
  [
    "an app version of a repository",
    () => ["pg", "--repo", "mine", "--app-version", "12", ...HOME()],
    "P0.2.0",
  ],
])("list takes %s", async (_name, words, parameter) => {
  const listed = await run(["package", "list", "parameters", ...words(), "--names"]);
  expect(listed).toEqual({ code: 0, out: `Name\n${parameter}\n`, err: "" });
});

test.each([
  [
    "plans",
    "plans\n└── deploy (serial)\n    └── [phase]  p (parallel)\n        └── [step]  s\n            └── only\n",
  ],
  ["tasks", "Name\tKind \tResources\nonly\tDummy\n"],
])("list %s of an archive", async (what, text) => {
  const listed = await run(["package", "list", what, join(root, "packages/pg-12_0.1.0.tgz")]);
  expect(listed).toEqual({ code: 0, out: text, err: "" });
});

test.each([
  ["a package that the repository has not", ["pq", "--repo", "mine"], 'no package pq; did you mean "pg"?'],
  ["a version that it has not", ["pg", "--repo", "mine", "--operator-version", "9"], "0.2.0 (app 12)"],
  ["a repository that nobody knows", ["pg", "--repo", "yours"], 'there is no repository "yours"'],
  ["a path that leads nowhere", ["./nowhere"], "there is no nowhere"],
])("list refuses %s", async (_name, words, says) => {
  const listed = await run(["package", "list", "tasks", ...words, ...HOME()]);
  expect(listed).toMatchObject({ out: "", err: expect.stringContaining(says) });
  expect(listed.code).not.toBe(0);
});

test.each([
  ["an archive", "packages/pg-12_0.1.0.tgz", 0, "package is valid\n", ""],
  ["a URL", "URL", 0, "package is valid\n", ""],
  [
    "an archive with mistakes, each with its place in it",
    "wrong.tgz",
    1,
    'wrong.tgz/operator.yaml:25:9: step deploy.p.s uses the task "only", which is not defined',
    "error: wrong.tgz: found 1 package verification error\n",
  ],
  [
    "an archive with a folder around it",
    "wrapped.tgz",
    1,
    "wrapped.tgz/operator.yaml: the package has no operator.yaml\n  hint: operator.yaml must be at the root, not in pg/operator.yaml\n",
    "error: wrapped.tgz: found 2 package verification errors\n",
  ],
  [
    "a file that is no archive",
    "notes.txt",
    1,
    "",
    "error: notes.txt is neither a folder nor a .tgz archive\n",
  ],
])("verify takes %s", async (_name, path, code, out, err) => {
  const verified = await run(["package", "verify", path === "URL" ? `${url}/pg.tgz` : join(root, path)]);
  expect(verified).toEqual({ code, out: expect.stringContaining(out), err });
});
