import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const page = readFileSync(join(import.meta.dirname, "../../docs/kudo.md"), "utf8");

/** Cells of the last table, the one of surprises and defects. */
const rows = page
  .slice(page.indexOf("## Every surprise and every defect"))
  .split("\n")
  .filter((line) => line.startsWith("| §"))
  .filter((line) => line !== "| § | KUDO | | Lockstep | tested in |")
  .map((line) =>
    line
      .slice(2, -2)
      .split(" | ")
      .map((cell) => cell.trim()),
  );

/** Sections of the format's specification, as `4.7`; 8 has none below it. */
const SECTION = /^§([1-9])(?:\.([1-9]))?( ⚠| 🐞)?$/;

test("every surprise and every defect names its section, what it is with us, and a test", () => {
  const bad = rows.filter(
    ([section = "", kudo = "", verdict = "", , tested = ""]) =>
      !SECTION.test(section) ||
      kudo === "" ||
      !["kept", "mended"].includes(verdict) ||
      !/^\[[\w/]+\]\(\.\.\/test\/[\w/]+\.test\.ts\)$/.test(tested),
  );
  expect(bad).toEqual([]);
});

test("they come in the order of the sections, each once", () => {
  const numbers = rows.map(([section = ""]) => Number(SECTION.exec(section)?.slice(1, 3).join(".") ?? 0));
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(new Set(rows.map(([, kudo]) => kudo)).size).toBe(rows.length);
});

test("all that the specification marks are there: what surprises, and what is a defect", () => {
  const count = (mark: string): number => rows.filter(([section = ""]) => section.endsWith(mark)).length;
  expect(count("⚠")).toBeGreaterThanOrEqual(66);
  expect(count("🐞")).toBeGreaterThanOrEqual(14);
});
