import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
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
  const pages = readdirSync(docs, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".md"),
  );
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !existsSync(resolve(docs, dirname(page), target)))
      .map((target) => `${page} -> ${target}`),
  );
  expect(broken).toEqual([]);
});

test("the file of rights has only objects", () => {
  const { objects, issues } = parseObjects(read("rbac.yaml"), "docs/rbac.yaml");
  expect(issues).toEqual([]);
  expect(objects.map(({ object }) => object.kind)).toContain("ClusterRole");
});
