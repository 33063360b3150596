import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { LARGE_DATA, type LargeTemplate } from "./largeTemplates.ts";

/** A package of 30 templates, no two of one text, which are parsed and run once each. */
export function coldPackage(): readonly LargeTemplate[] {
  const kinds = ["package", "large"].flatMap((folder) => textsOf(join(import.meta.dirname, folder)));
  return Array.from({ length: 30 }, (_, index) => {
    const [name, text] = kinds[index % kinds.length]!;
    const part = `part-${Math.floor(index / kinds.length)}`;
    const template = `# ${name}, ${part}\n${text.replaceAll("{{ .Name }}", `{{ .Name }}-${part}`)}`;
    return { name: `${name}-${index}`, template, data: LARGE_DATA, runs: 1 };
  });
}

function textsOf(folder: string): (readonly [name: string, text: string])[] {
  const files = readdirSync(folder).filter((file) => statSync(join(folder, file)).isFile());
  return files.toSorted().map((file) => [file, readFileSync(join(folder, file), "utf8")] as const);
}
