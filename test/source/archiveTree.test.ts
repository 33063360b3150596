import { gunzipSync, gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { expect, test } from "vitest";
import { readArchive, writeArchive } from "../../src/source/archiveTree.ts";

const signal = new AbortController().signal;
const MEGABYTE = 1024 * 1024;

interface Entry {
  readonly name: string;
  readonly text?: string;
  readonly type?: "file" | "directory" | "symlink" | "link" | "fifo";
}

async function archiveOf(entries: readonly Entry[]): Promise<Uint8Array> {
  const archive = pack();
  for (const { name, text = "", type = "file" } of entries) {
    const linkname = type === "symlink" || type === "link" ? "/etc/passwd" : undefined;
    archive.entry({ name, type, ...(linkname && { linkname }) }, type === "file" ? text : "");
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk);
  return gzipSync(Buffer.concat(chunks));
}

test.each([
  { name: "a plain name", entry: "operator.yaml", path: "operator.yaml" },
  { name: "a name with a leading dot", entry: "./operator.yaml", path: "operator.yaml" },
  { name: "a name that climbs out", entry: "../../etc/operator.yaml", path: "etc/operator.yaml" },
  { name: "an absolute name", entry: "/templates/a.yaml", path: "templates/a.yaml" },
  { name: "a name that climbs inside", entry: "templates/x/../a.yaml", path: "templates/a.yaml" },
  {
    name: "a name of more than a hundred bytes",
    entry: `templates/${"x".repeat(150)}.yaml`,
    path: `templates/${"x".repeat(150)}.yaml`,
  },
])("$name", async ({ entry, path }) => {
  const tree = await readArchive(
    await archiveOf([{ name: entry, text: "name: é" }]),
    "a.tgz",
    MEGABYTE,
    signal,
  );
  expect([tree.paths, await tree.read(path), await tree.size(path)]).toEqual([[path], "name: é", 8]);
});

test("only regular files come out; links are named", async () => {
  const archive = await archiveOf([
    { name: "templates", type: "directory" },
    { name: "params.yaml", text: "" },
    { name: "operator.yaml", type: "symlink" },
    { name: "hard.yaml", type: "link" },
    { name: "pipe", type: "fifo" },
  ]);
  const { paths, symlinks } = await readArchive(archive, "a.tgz", MEGABYTE, signal);
  expect({ paths, symlinks }).toEqual({ paths: ["params.yaml"], symlinks: ["hard.yaml", "operator.yaml"] });
});

test("an archive that unpacks to more than the limit is refused", async () => {
  const bomb = await archiveOf([{ name: "a.yaml", text: "x".repeat(2 * MEGABYTE) }]);
  await expect(readArchive(bomb, "a.tgz", MEGABYTE, signal)).rejects.toMatchObject({
    reason: "tooLarge",
    message: "a.tgz: larger than the limit of 1048576 bytes",
  });
});

test.each([
  ["text", Buffer.from("not an archive")],
  ["nothing", Buffer.from("")],
  ["gzip that is no tar", gzipSync("x".repeat(2000))],
  ["a torn archive", Buffer.from("1f8b0800000000000003ed", "hex")],
])("%s is no archive", async (_name, bytes) => {
  await expect(readArchive(bytes, "a.tgz", MEGABYTE, signal)).rejects.toMatchObject({ reason: "corrupt" });
});

test("an archive of nothing but links is limited as one of files is", async () => {
  const one = gunzipSync(await archiveOf([{ name: "link", type: "symlink" }]));
  const packed = gzipSync(Buffer.alloc(20_001 * 512, one.subarray(0, 512)));
  await expect(readArchive(packed, "a.tgz", MEGABYTE, signal)).rejects.toMatchObject({ reason: "tooLarge" });
});

test("an abort ends the reading", async () => {
  const archive = await archiveOf([{ name: "a.yaml", text: "x" }]);
  await expect(readArchive(archive, "a.tgz", MEGABYTE, AbortSignal.abort())).rejects.toMatchObject({
    name: "AbortError",
  });
});

test("what was packed comes out, and equal files give equal bytes", async () => {
  const files = new Map([
    ["templates/b.yaml", Buffer.from("b")],
    ["operator.yaml", Buffer.from("name: x")],
  ]);
  const archive = await writeArchive(files);
  expect(Buffer.from(await writeArchive(new Map([...files].reverse()))).equals(Buffer.from(archive))).toBe(
    true,
  );
  const tree = await readArchive(archive, "a.tgz", MEGABYTE, signal);
  expect([tree.paths, await tree.read("operator.yaml")]).toEqual([
    ["operator.yaml", "templates/b.yaml"],
    "name: x",
  ]);
});
