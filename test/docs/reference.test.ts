import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";
import { cliReference } from "../../scripts/cliReference.ts";
import { configurationReference } from "../../scripts/configurationReference.ts";
import { templateReference } from "../../scripts/templateReference.ts";
import { parseObjects } from "../../src/yaml/parseObjects.ts";

const docs = join(import.meta.dirname, "../../docs");
const read = (file: string): string => readFileSync(join(docs, file), "utf8");

test.each([
  ["reference/cli.md", cliReference],
  ["reference/configuration.md", configurationReference],
  ["templates.md", templateReference],
] as const)("%s is what `node scripts/generateReference.ts` writes", (file, generate) => {
  expect(read(file)).toBe(generate());
});

test("every key of the configuration is described", () => {
  const rows = configurationReference()
    .split("\n")
    .filter((line) => line.startsWith("| `") && line.split(" | ").length === 6);
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter((line) => line.endsWith("|  |"))).toEqual([]);
});

test("every link between pages leads somewhere", () => {
  const root = join(docs, "..");
  const pages = ["docs", "examples", "test"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".md"))
      .map((file) => join(root, folder, file)),
  );
  const broken = [join(root, "README.md"), ...pages].flatMap((page) =>
    [...readFileSync(page, "utf8").matchAll(/\]\(([^)#:\s]*)(?:#([^)]*))?\)/g)]
      .filter(([, target = "", anchor]) => !leadsSomewhere(page, target, anchor))
      .map(([link]) => `${relative(root, page)} -> ${link}`),
  );
  expect(broken).toEqual([]);
});

function leadsSomewhere(page: string, target: string, anchor: string | undefined): boolean {
  const path = target === "" ? page : resolve(dirname(page), target);
  if (!existsSync(path)) return false;
  return anchor === undefined || !path.endsWith(".md") || anchorsOf(readFileSync(path, "utf8")).has(anchor);
}

/** What headings can be linked by, as GitHub makes it of their text. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = text.matchAll(/^#+ (.+)$/gm);
  const plain = Array.from(headings, ([, heading = ""]) =>
    heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, ""),
  );
  return new Set(plain.map((heading) => heading.replace(/ /g, "-")));
}

test("the file of rights has only objects", () => {
  const { objects, issues } = parseObjects(read("rbac.yaml"), "docs/rbac.yaml");
  expect(issues).toEqual([]);
  expect(objects.map(({ object }) => object.kind)).toContain("ClusterRole");
});
