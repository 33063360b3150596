import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { registerPackage } from "../../../src/cli/commands/package.ts";
import { registerTemplate } from "../../../src/cli/commands/template.ts";
import { readArchive } from "../../../src/source/archiveTree.ts";
import { PG_FILES, packageDesk } from "./packageDesk.ts";

const { root, run, read, write } = packageDesk([registerPackage, registerTemplate]);

describe("new", () => {
  test("writes a package that verifies without a warning and whose tests pass", async () => {
    const made = await run(["package", "new", "web", "@new"]);
    expect(made).toEqual({
      code: 0,
      out: "package web created in new: operator.yaml, params.yaml, templates/service.yaml, templates/deployment.yaml, tests/deploy.yaml\n",
      err: "next: `lockstep template test new`, `lockstep package add parameter new`\n",
    });
    expect(await run(["package", "verify", "@new"])).toEqual({ code: 0, out: "package is valid\n", err: "" });
    expect((await run(["template", "test", "@new"])).out).toMatch(/^2 passed, 0 failed$/m);
  });

  test("replaces files only when told to", async () => {
    await write("there", { "params.yaml": "mine", "notes.txt": "mine" });
    const refused = await run(["package", "new", "web", "@there"]);
    expect([refused.code, refused.err]).toEqual([
      2,
      "error: there is a there/params.yaml already\nhint: --overwrite replaces it, or name another folder\n",
    ]);
    expect(await read("there/params.yaml")).toBe("mine");
    expect((await run(["package", "new", "web", "@there", "-w"])).code).toBe(0);
    expect([await read("there/notes.txt"), (await run(["package", "verify", "@there"])).code]).toEqual([
      "mine",
      0,
    ]);
  });

  test("asks a person, again where an answer will not do", async () => {
    const answers = ["one", "1.0.0", "2.4.1", "", "https://example.com", "Ann", "ann@example.com"];
    const made = await run(["package", "new", "asked", "@asked", "-i"], answers);
    expect(made.out).toBe(`Version of the package [0.1.0]: one
  a version is written like 1.2.3
Version of the package [0.1.0]: 1.0.0
Version of what it runs (may be empty): 2.4.1
Oldest Kubernetes [1.20.0]: 
Web page (may be empty): https://example.com
Name of a maintainer (may be empty): Ann
Email of the maintainer: ann@example.com
package asked created in asked: operator.yaml, params.yaml, templates/service.yaml, templates/deployment.yaml, tests/deploy.yaml
`);
    expect((await read("asked/operator.yaml")).split("\n\n")[0]).toBe(`apiVersion: kudo.dev/v1beta1
name: asked
operatorVersion: "1.0.0"
appVersion: "2.4.1"
kubernetesVersion: "1.20.0"
url: https://example.com
maintainers:
- name: Ann
  email: ann@example.com`);
  });

  test.each([
    [
      "a name that Kubernetes does not allow",
      ["Web_1", "@bad"],
      [],
      '"Web_1" cannot be the name of an object',
    ],
    [
      "a version that is none",
      ["web", "@bad", "--operator-version", "new"],
      [],
      'operatorVersion "new" is no',
    ],
    ["an end of answers", ["web", "@bad", "-i"], ["1.0.0"], "no answer: the input has ended"],
  ])("writes nothing for %s", async (_name, words, answers, says) => {
    const made = await run(["package", "new", ...words], answers);
    expect([made.code, made.err]).toEqual([2, expect.stringContaining(says)]);
    await expect(read("bad/operator.yaml")).rejects.toThrow();
  });
});

describe("create", () => {
  test("writes the same bytes each time, with everything in it but older archives", async () => {
    await write("make/pg", { ...PG_FILES, "docs/README.md": "read", ".hidden": "h", "pg-0.1.0.tgz": "old" });
    const made = await run(["package", "create", "@make/pg", "-d", "@make/out"]);
    expect(made).toEqual({ code: 0, out: "Package created: make/out/pg-12.4_0.2.0.tgz\n", err: "" });
    const file = join(root(), "make/out/pg-12.4_0.2.0.tgz");
    const first = await readFile(file);
    await writeFile(join(root(), "make/pg/params.yaml"), PG_FILES["params.yaml"]); // another time of change
    expect((await run(["package", "create", "@make/pg/", "-d", "@make/out", "-w"])).code).toBe(0);
    expect((await readFile(file)).equals(first)).toBe(true);
    const { paths } = await readArchive(first, "pg", 1e6, new AbortController().signal);
    expect(paths).toEqual([".hidden", "docs/README.md", "operator.yaml", "params.yaml", "templates/cm.yaml"]);
    expect(await run(["package", "verify", "@make/out/pg-12.4_0.2.0.tgz"])).toMatchObject({
      code: 0,
      out: "package is valid\n",
    });
  });

  test("tells what it wrote as a document", async () => {
    await write("json", PG_FILES);
    const made = await run(["package", "create", "@json", "-d", "@json/out", "-o", "json"]);
    expect(JSON.parse(made.out)).toEqual({
      path: "json/out/pg-12.4_0.2.0.tgz",
      name: "pg",
      operatorVersion: "0.2.0",
      appVersion: "12.4",
      size: expect.any(Number),
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test("writes the same bytes again where the archive goes into the folder itself", async () => {
    await write("inside", PG_FILES);
    const call = ["package", "create", "@inside", "-d", "@inside/dist", "-w"];
    const archive = join(root(), "inside/dist/pg-12.4_0.2.0.tgz");
    expect((await run(call)).code).toBe(0);
    const first = await readFile(archive);
    expect((await run(call)).code).toBe(0);
    expect((await readFile(archive)).equals(first)).toBe(true);
  });

  test("leaves symlinks out and says so", async () => {
    await write("linked", PG_FILES);
    await symlink("/etc/hosts", join(root(), "linked/hosts"));
    const made = await run(["package", "create", "@linked", "-d", "@linked-out"]);
    expect([made.code, made.err]).toEqual([0, "warning: linked/hosts is a symlink: left out\n"]);
  });

  const child = (place: string): Readonly<Record<string, string>> => ({
    ...PG_FILES,
    "operator.yaml": PG_FILES["operator.yaml"].replace(
      "{name: cfg, kind: Apply, spec: {resources: [cm.yaml]}}",
      `{name: cfg, kind: KudoOperator, spec: {package: ${place}}}`,
    ),
  });

  test.each<[string, Readonly<Record<string, string>>, string, number]>([
    ["a child in its folder", { ...child("./kid"), "kid/operator.yaml": "", "kid/params.yaml": "" }, "", 0],
    ["a child as an archive beside it", { ...child("./pg-kid.tgz"), "pg-kid.tgz": "" }, "", 0],
    [
      "a child outside",
      child("../kid"),
      'operator.yaml:7:55: task "cfg" refers to ../kid, which is not in',
      1,
    ],
    ["a child that is not there", child("./kid"), "refers to ./kid, which is not in the package", 1],
    ["mistakes", { ...PG_FILES, "templates/cm.yaml": "{{ .Nmae }}" }, "there is no .Nmae; did you mean", 1],
    ["no package", { "operator.yml": "" }, "hint: `lockstep package new NAME` writes one to begin with", 1],
  ])("of %s", async (name, files, says, code) => {
    const folder = `of-${name.replaceAll(" ", "-")}`;
    await write(folder, files);
    const made = await run(["package", "create", `@${folder}`, "-d", `@${folder}-out`]);
    expect([made.code, made.err]).toEqual([code, expect.stringContaining(says)]);
    if (code === 0)
      expect((await run(["package", "create", `@${folder}`, "-d", `@${folder}-out`])).code).toBe(2);
    else await expect(read(`${folder}-out/pg-12.4_0.2.0.tgz`)).rejects.toThrow();
  });
});
