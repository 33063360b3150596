import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject, JsonValue } from "../../src/object/json.ts";
import { LARGE_DATA, type LargeTemplate } from "./largeTemplates.ts";

/** Elements that a list of the parameters has here; loops over many are the business of another shape. */
const LIST_LENGTH = 10;

/**
 * A package of 30 templates, no two of one text, which are parsed and run once each.
 *
 * @param version  packages of other versions share no text
 */
export function coldPackage(version = 0): readonly LargeTemplate[] {
  const kinds = ["package", "large"].flatMap((folder) => textsOf(join(import.meta.dirname, folder)));
  const data = shortened(LARGE_DATA) as JsonObject;
  return Array.from({ length: 30 }, (_, index) => {
    const [name, text] = kinds[index % kinds.length]!;
    const part = `part-${version}-${Math.floor(index / kinds.length)}`;
    const template = `# ${name}, ${part}\n${text.replaceAll("{{ .Name }}", `{{ .Name }}-${part}`)}`;
    return { name: `${name}-${index}`, template, data, runs: 1 };
  });
}

function textsOf(folder: string): (readonly [name: string, text: string])[] {
  const files = readdirSync(folder).filter((file) => statSync(join(folder, file)).isFile());
  return files.toSorted().map((file) => [file, readFileSync(join(folder, file), "utf8")] as const);
}

function shortened(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.slice(0, LIST_LENGTH).map(shortened);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortened(item as JsonValue)]));
}
