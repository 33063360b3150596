import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { whyUnreadable } from "../base/whyUnreadable.ts";
import { CliError } from "./cliError.ts";

/** Writes a file and the folders above it. @throws CliError */
export async function writeText(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    throw new CliError(`${file}: ${whyUnreadable(error)}`, { cause: error });
  }
}
