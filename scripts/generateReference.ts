import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cliReference } from "./cliReference.ts";
import { configurationReference } from "./configurationReference.ts";
import { templateReference } from "./templateReference.ts";

// Writes the parts of docs that are made from the code; test/docs/reference.test.ts holds them to it.
const folder = join(import.meta.dirname, "../docs/reference");
await writeFile(join(folder, "cli.md"), cliReference());
await writeFile(join(folder, "configuration.md"), configurationReference());
await writeFile(join(folder, "../templates.md"), templateReference());
