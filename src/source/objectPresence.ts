import { createHash } from "node:crypto";
import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The index of one pack file, kept as bytes and searched in place. */
interface PackIndex {
  readonly bytes: Buffer;
  readonly count: number;
}

const IDX_MAGIC = 0xff744f63;
/** Magic and version. */
const IDX_HEADER = 8;
const IDX_NAMES = IDX_HEADER + 256 * 4;

/**
 * Answers which objects a Git directory holds, without inflating one.
 *
 * Reads the pack indexes once; make a new one after packs have come or gone.
 */
export class ObjectPresence {
  readonly #gitdir: string;
  #indexes: Promise<readonly PackIndex[]> | undefined;

  constructor(gitdir: string) {
    this.#gitdir = gitdir;
  }

  /** True when the object is in a pack, or loose. */
  async has(oid: string): Promise<boolean> {
    this.#indexes ??= readIndexes(join(this.#gitdir, "objects", "pack"));
    const name = Buffer.from(oid, "hex");
    for (const index of await this.#indexes) if (contains(index, name)) return true;
    return await exists(join(this.#gitdir, "objects", oid.slice(0, 2), oid.slice(2)));
  }
}

/** Names of the pack files of a Git directory, `pack-….pack`. */
export async function listPacks(gitdir: string): Promise<readonly string[]> {
  return (await readdirOrNone(join(gitdir, "objects", "pack"))).filter((name) => name.endsWith(".pack"));
}

/**
 * True when a pack is whole: its checksum fits, and its index knows as many objects as its header promises.
 *
 * isomorphic-git indexes what it can of a damaged pack and leaves the rest out without a word.
 */
export async function isPackWhole(gitdir: string, name: string): Promise<boolean> {
  const file = join(gitdir, "objects", "pack", name);
  const pack = await readFile(file);
  if (pack.length < 32 || pack.toString("latin1", 0, 4) !== "PACK") return false;
  const sum = createHash("sha1").update(pack.subarray(0, -20)).digest();
  if (!sum.equals(pack.subarray(-20))) return false;
  const index = parseIndex(await readFile(file.replace(/\.pack$/, ".idx")));
  return index !== undefined && index.count === pack.readUInt32BE(8);
}

async function readIndexes(folder: string): Promise<readonly PackIndex[]> {
  const names = (await readdirOrNone(folder)).filter((name) => name.endsWith(".idx"));
  const indexes: PackIndex[] = [];
  for (const name of names) {
    const index = parseIndex(await readFile(join(folder, name)));
    if (index) indexes.push(index);
  }
  return indexes;
}

function parseIndex(bytes: Buffer): PackIndex | undefined {
  if (bytes.length < IDX_NAMES || bytes.readUInt32BE(0) !== IDX_MAGIC || bytes.readUInt32BE(4) !== 2)
    return undefined;
  const count = bytes.readUInt32BE(IDX_NAMES - 4);
  return bytes.length >= IDX_NAMES + count * 20 ? { bytes, count } : undefined;
}

function contains({ bytes }: PackIndex, name: Buffer): boolean {
  const first = name[0] ?? 0;
  let low = first === 0 ? 0 : bytes.readUInt32BE(IDX_HEADER + (first - 1) * 4);
  let high = bytes.readUInt32BE(IDX_HEADER + first * 4);
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = IDX_NAMES + middle * 20;
    const order = bytes.compare(name, 0, 20, at, at + 20);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}

async function readdirOrNone(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return [];
    throw error;
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false; // no such loose object
  }
}
