import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";

const stateSchema = z.object({
  version: z.literal(1),
  url: z.string(),
  /** As configured; the empty text for the remote's HEAD. */
  ref: z.string(),
  revision: z.string().regex(/^[0-9a-f]{40}$/),
  /** Folder of the database beside the file. */
  database: z.string().regex(/^[\w.-]+$/),
  fetchedAt: z.string(),
});

/** The last good revision of a source: what survives a restart. */
export type SourceState = Readonly<z.infer<typeof stateSchema>>;

const FILE = "state.json";

/** Reads the state of a source's folder; `undefined` when there is none that can be used. */
export async function readSourceState(folder: string): Promise<SourceState | undefined> {
  try {
    return stateSchema.parse(JSON.parse(await readFile(join(folder, FILE), "utf8")));
  } catch {
    return undefined; // absent or not ours: the next fetch writes a new one
  }
}

/** Writes the state so that a crash leaves the old one or the new one, never half of it. */
export async function writeSourceState(folder: string, state: SourceState): Promise<void> {
  await mkdir(folder, { recursive: true });
  const draft = join(folder, `${FILE}.${randomBytes(4).toString("hex")}`);
  await writeFile(draft, `${JSON.stringify(state, null, 2)}\n`);
  await rename(draft, join(folder, FILE));
}
