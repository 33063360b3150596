import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

/** Folder of src -> the folders its files may import, besides itself. The table is acyclic. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  object: [],
  yaml: ["base", "object"],
  successor: ["object"],
  template: ["base", "object"],
  source: ["base"],
  package: ["base", "object", "yaml", "successor", "template", "source"],
  repository: ["base", "object", "yaml", "source", "package"],
  render: ["base", "object", "yaml", "template", "package"],
  plan: ["package"],
  cluster: ["base", "object"],
  health: ["object"],
  drift: ["base", "object", "cluster"],
  apply: ["base", "object", "plan", "package", "cluster", "health"],
  task: ["base", "object", "successor", "package", "render", "plan", "cluster", "health", "apply"],
  sync: ["base", "object", "yaml", "source", "package", "repository", "cluster", "apply"],
  sandbox: ["base", "object", "yaml"],
  reconcile: [
    "base",
    "object",
    "successor",
    "package",
    "render",
    "plan",
    "cluster",
    "health",
    "drift",
    "apply",
    "task",
  ],
  telemetry: ["base", "object", "sync", "reconcile"],
  web: ["base", "object", "plan"],
  api: ["base", "object", "package", "plan", "cluster", "drift", "sync", "reconcile", "web"],
  config: ["base", "yaml"],
}; // wire.ts and cli/ see everything; nobody imports them (wire.ts only from cli/)

const root = resolve(import.meta.dirname, "../src");

test("imports follow the table", () => {
  const broken: string[] = [];
  for (const file of sourceFiles(root)) {
    const own = folderOf(file);
    for (const [, spec] of readFileSync(file, "utf8").matchAll(
      /(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g,
    )) {
      const target = folderOf(resolve(dirname(file), spec ?? ""));
      if (target === own || own === "cli") continue;
      const allowed = own === "" ? Object.keys(MAY_IMPORT) : (MAY_IMPORT[own] ?? []);
      if (!allowed.includes(target)) broken.push(`${relative(root, file)} -> ${target || "wire.ts"}`);
    }
  }
  expect(broken).toEqual([]);
});

test("every folder has a row, and the table has no cycle", () => {
  const folders = readdirSync(root).filter(
    (name) => statSync(join(root, name)).isDirectory() && name !== "cli",
  );
  expect(folders.filter((name) => !(name in MAY_IMPORT))).toEqual([]);
  const reaches = (from: string, to: string): boolean =>
    (MAY_IMPORT[from] ?? []).some((next) => next === to || reaches(next, to));
  expect(Object.keys(MAY_IMPORT).filter((name) => reaches(name, name))).toEqual([]);
});

test("files are named after their main export, never index, types or utils", () => {
  const drawers = sourceFiles(root).filter((file) => /\/(index|types|utils|helpers|common)\.ts$/.test(file));
  expect(drawers).toEqual([]);
});

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sourceFiles(path) : entry.name.endsWith(".ts") ? [path] : [];
  });
}

function folderOf(file: string): string {
  const [first, ...rest] = relative(root, file).split("/");
  return rest.length === 0 ? "" : (first ?? "");
}
