import { expect, test } from "vitest";
import { PackageError } from "../../src/repository/packageError.ts";
import { entryOf, indexOf, printIndex } from "../../src/repository/repositoryIndex.ts";
import { resolveDependencies } from "../../src/repository/resolveDependencies.ts";
import { type PackageReader, resolvePackage } from "../../src/repository/resolvePackage.ts";
import { writeArchive } from "../../src/source/archiveTree.ts";
import { memoryTree } from "../source/memoryTree.ts";

const signal = new AbortController().signal;
const cwd = { kind: "folder", path: "." } as const;

interface Child {
  readonly package: string;
  readonly operatorVersion?: string;
}

/** The files of a package with one KudoOperator task per child. */
function files(name: string, version = "0.1.0", children: readonly Child[] = []): Record<string, string> {
  const tasks = children.map((spec, index) => ({ name: `child-${index}`, kind: "KudoOperator", spec }));
  const operator = {
    name,
    operatorVersion: version,
    kubernetesVersion: "1.20.0",
    tasks,
    plans: { deploy: { phases: [] } },
  };
  return { "operator.yaml": JSON.stringify(operator), "params.yaml": "" };
}

function under(folder: string, content: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(content).map(([path, text]) => [`${folder}/${path}`, text]));
}

function archive(content: Record<string, string>): Promise<Uint8Array> {
  return writeArchive(new Map(Object.entries(content).map(([path, text]) => [path, Buffer.from(text)])));
}

/** A file system and a network of literals. */
function reader(
  folders: Readonly<Record<string, Record<string, string>>>,
  files: Readonly<Record<string, Uint8Array>> = {},
): PackageReader {
  const content = async (path: string): Promise<Uint8Array> => {
    const bytes = files[path];
    if (bytes === undefined) throw new PackageError(`${path} answered 404`);
    return bytes;
  };
  return {
    kindOf: async (path) => (folders[path] ? "folder" : files[path] ? "file" : "none"),
    readFolder: async (path) => memoryTree(folders[path] ?? {}),
    readFile: content,
    download: content,
  };
}

const repository = { name: "community", url: "https://repo.example/v1/" };

async function published(
  ...packages: readonly Record<string, string>[]
): Promise<Record<string, Uint8Array>> {
  const entries = [];
  const served: Record<string, Uint8Array> = {};
  for (const [at, content] of packages.entries()) {
    const bytes = await archive(content);
    const found = await resolvePackage("./x.tgz", {
      reader: reader({}, { "x.tgz": bytes }),
      base: cwd,
      signal,
    });
    entries.push(entryOf(found.loaded.pkg, bytes, `${at}.tgz`));
    served[`https://repo.example/v1/${at}.tgz`] = bytes;
  }
  served["https://repo.example/v1/index.yaml"] = Buffer.from(printIndex(indexOf(entries, "")));
  return served;
}

test("a path with a separator is a folder or an archive, a URL an archive, a plain name one of the repository", async () => {
  const bytes = await archive(files("packed"));
  const from = reader(
    { "operators/kafka": files("kafka"), kafka: files("never") },
    {
      "out/packed.tgz": bytes,
      "https://example.com/p.tgz": bytes,
      ...(await published(files("kafka", "0.2.0"))),
    },
  );
  const find = async (reference: string): Promise<string> => {
    const { loaded, origin } = await resolvePackage(reference, {
      reader: from,
      repository,
      base: cwd,
      signal,
    });
    return `${loaded.pkg.name} ${loaded.pkg.operatorVersion} from ${origin}`;
  };
  expect(
    await Promise.all(
      ["operators/kafka", "./out/packed.tgz", "https://example.com/p.tgz", "kafka"].map(find),
    ),
  ).toEqual([
    "kafka 0.1.0 from operators/kafka",
    "packed 0.1.0 from out/packed.tgz",
    "packed 0.1.0 from https://example.com/p.tgz",
    "kafka 0.2.0 from https://repo.example/v1/0.tgz",
  ]);
});

test.each([
  { name: "a path that is not there", reference: "./nope", message: "there is no nope" },
  {
    name: "a file that is no archive",
    reference: "./notes.txt",
    message: "notes.txt is neither a folder nor a .tgz archive",
  },
  {
    name: "a name that the repository does not have",
    reference: "kafak",
    message: 'repository community has no package kafak; did you mean "kafka"?',
  },
  {
    name: "a version that the repository does not have",
    reference: "kafka",
    operatorVersion: "9.9.9",
    message: "repository community has no kafka of operator version 9.9.9; it has 0.2.0",
  },
  {
    name: "a URL that answers an error",
    reference: "https://example.com/x.tgz",
    message: "https://example.com/x.tgz answered 404",
  },
  { name: "a folder that is no package", reference: "./empty", message: "empty is no usable package" },
])("$name", async ({ reference, message, operatorVersion }) => {
  const from = reader(
    { empty: { "README.md": "" } },
    { "notes.txt": Buffer.from("x"), ...(await published(files("kafka", "0.2.0"))) },
  );
  const options = {
    reader: from,
    repository,
    base: cwd,
    signal,
    ...(operatorVersion && { operatorVersion }),
  };
  await expect(resolvePackage(reference, options)).rejects.toThrow(message);
});

test("what was withdrawn is not offered where another version is missing", async () => {
  const entry = (operatorVersion: string, removed: boolean) => ({
    name: "kafka",
    operatorVersion,
    maintainers: [],
    urls: ["kafka.tgz"],
    ...(removed && { removed }),
  });
  const ask = (entries: Parameters<typeof indexOf>[0]) => {
    const index = Buffer.from(printIndex(indexOf(entries, "")));
    const from = reader({}, { "https://repo.example/v1/index.yaml": index });
    return resolvePackage("kafka", {
      reader: from,
      repository,
      base: cwd,
      signal,
      operatorVersion: "9.9.9",
    }).catch((error: Error) => error.message);
  };
  expect(await ask([entry("0.1.0", false), entry("0.2.0", true)])).toMatch(/it has 0\.1\.0$/);
  expect(await ask([entry("0.2.0", true)])).toBe("repository community has no package kafka");
});

test("an archive that is not the one of the index is refused, and the next URL is tried", async () => {
  const served = await published(files("kafka"));
  const other = await archive(files("evil"));
  const at = "https://repo.example/v1/0.tgz";
  await expect(
    resolvePackage("kafka", {
      reader: reader({}, { ...served, [at]: other }),
      repository,
      base: cwd,
      signal,
    }),
  ).rejects.toThrow("its SHA-256 is another");
});

test("a package in a folder of its archive says where it should be", async () => {
  const bytes = await archive(under("kafka", files("kafka")));
  const failing = resolvePackage("./k.tgz", { reader: reader({}, { "k.tgz": bytes }), base: cwd, signal });
  await expect(failing).rejects.toMatchObject({
    hint: "operator.yaml must be at the root, not in kafka/operator.yaml",
  });
});

test("a relative reference leads from the folder, or inside the archive, of the package that makes it", async () => {
  const packed = await archive({
    ...files("parent", "1.0.0", [{ package: "./children/a" }]),
    ...under("children/a", files("a", "2.0.0", [{ package: "../b" }])),
    ...under("children/b", files("b", "3.0.0")),
  });
  const from = reader(
    {
      "ops/parent": files("parent", "1.0.0", [{ package: "../child" }]),
      "ops/child": files("child", "0.5.0"),
    },
    { "p.tgz": packed },
  );
  const setOf = async (reference: string): Promise<readonly string[]> => {
    const root = await resolvePackage(reference, { reader: from, base: cwd, signal });
    const { pkg, dependencies } = await resolveDependencies(root, { reader: from, signal });
    return [...dependencies, pkg].map(({ name, operatorVersion, tasks }) => {
      const children = tasks.map((task) =>
        task.kind === "KudoOperator" ? `${task.package} ${task.operatorVersion}` : "",
      );
      return [name, operatorVersion, ...children].join(" ");
    });
  };
  expect(await setOf("./ops/parent")).toEqual(["child 0.5.0", "parent 1.0.0 child 0.5.0"]);
  expect(await setOf("./p.tgz")).toEqual(["b 3.0.0", "a 2.0.0 b 3.0.0", "parent 1.0.0 a 2.0.0"]);
});

test("a reference cannot leave the archive", async () => {
  const bytes = await archive(files("parent", "1.0.0", [{ package: "../../etc" }]));
  const from = reader({}, { "p.tgz": bytes });
  const root = await resolvePackage("./p.tgz", { reader: from, base: cwd, signal });
  await expect(resolveDependencies(root, { reader: from, signal })).rejects.toThrow(
    "task child-0 of p.tgz: ../../etc leads out of p.tgz",
  );
});

test.each([
  { name: "a package of itself", children: { a: [{ package: "../a" }] }, circle: "a-0.1.0 -> a-0.1.0" },
  {
    name: "two of each other",
    children: { a: [{ package: "../b" }], b: [{ package: "../a" }] },
    circle: "a-0.1.0 -> b-0.1.0 -> a-0.1.0",
  },
])("a circle is an error: $name", async ({ children, circle }) => {
  const folders = Object.fromEntries(
    Object.entries(children).map(([name, of]) => [`ops/${name}`, files(name, "0.1.0", of)]),
  );
  const from = reader(folders);
  const root = await resolvePackage("ops/a", { reader: from, base: cwd, signal });
  await expect(resolveDependencies(root, { reader: from, signal })).rejects.toThrow(
    `packages depend on each other in a circle: ${circle}`,
  );
});

test("a dependency that two packages share is there once; the digest changes with what was found", async () => {
  const served = await published(files("zk", "0.3.0"), files("zk", "0.2.0"));
  const folders = {
    "ops/top": files("top", "1.0.0", [
      { package: "zk" },
      { package: "zk", operatorVersion: "0.2.0" },
      { package: "zk" },
    ]),
  };
  const from = reader(folders, served);
  const root = await resolvePackage("ops/top", { reader: from, base: cwd, signal, repository });
  const { pkg, dependencies } = await resolveDependencies(root, { reader: from, repository, signal });
  expect(dependencies.map(({ operatorVersion }) => operatorVersion)).toEqual(["0.3.0", "0.2.0"]);
  expect(pkg.digest).not.toBe(root.loaded.pkg.digest);
});
