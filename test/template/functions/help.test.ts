import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BUILTINS } from "../../../src/template/functions/builtins.ts";
import { FUNCTION_FAMILIES, FUNCTION_HELP } from "../../../src/template/functions/help/functionFamilies.ts";
import { functionOrigin, NEVER_THERE } from "../../../src/template/functions/help/functionOrigin.ts";
import { SPRIG_DIFFERENCES } from "../../../src/template/functions/help/sprigDifferences.ts";
import { kudoFunctions } from "../../../src/template/functions/table.ts";
import { parseTemplate } from "../../../src/template/template.ts";
import { TemplateError } from "../../../src/template/templateError.ts";

const folder = join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(folder, file), "utf8");
const rowsOf = <T>(file: string): T[] =>
  read(file)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);

const helps = FUNCTION_FAMILIES.flatMap(({ functions }) => functions);
const callable = [...new Set([...kudoFunctions.keys(), ...BUILTINS.keys()])].toSorted();

/** As test/template/go/names writes it. */
const sprigNames = JSON.parse(read("sprigNames.json")) as Record<"2.22.0" | "3.3.0", readonly string[]>;

test("every function has one row of help, and every row a function", () => {
  expect(helps.map(({ name }) => name).toSorted()).toEqual(callable);
});

test.each(FUNCTION_FAMILIES)(
  "examples of $title give what they say, and Go says so, too",
  ({ functions }) => {
    const judged = new Map(
      rowsOf<{ name: string; template: string; output?: string }>("rows/examples.jsonl").map((row) => [
        row.name,
        { example: row.template, result: row.output },
      ]),
    );
    for (const { name, example, result } of functions) {
      expect(example).toMatch(new RegExp(`\\b${name}\\b`));
      expect({ name, example, result: answer(example) }).toEqual({ name, example, result });
      expect({ name, ...judged.get(`example ${name}`) }).toEqual({ name, example, result });
    }
  },
);

test("a signature begins with the name, a summary is one sentence or two", () => {
  const odd = helps.filter(
    ({ name, signature, summary }) =>
      !`${signature} `.startsWith(`${name} `) ||
      !/ -> \S/.test(signature) ||
      !/^[^\n]{5,160}[.…]$/.test(summary),
  );
  expect(odd).toEqual([]);
});

test("the functions are those of both Sprigs, without those that reach out, and toYaml", () => {
  const union = new Set([...sprigNames["2.22.0"], ...sprigNames["3.3.0"], "toYaml"]);
  const allowed = [...union].filter((name) => !NEVER_THERE.has(name)).toSorted();
  expect([...kudoFunctions.keys()].toSorted()).toEqual(allowed);
  expect([...NEVER_THERE].filter((name) => !union.has(name) || FUNCTION_HELP.has(name))).toEqual([]);
});

test("who has a function", () => {
  const origin = (name: string): string => {
    if (sprigNames["2.22.0"].includes(name)) return "Sprig 2.22 and 3.3";
    if (sprigNames["3.3.0"].includes(name)) return "Sprig 3.3";
    return BUILTINS.has(name) ? "Go" : "KUDO";
  };
  const said = callable.map((name) => [name, functionOrigin(name)]);
  expect(said).toEqual(callable.map((name) => [name, origin(name)]));
});

/** As test/template/go/differences writes them. */
interface Difference {
  readonly template: string;
  readonly sprig2: string;
  readonly sprig3: string;
}

test("every row to which the Sprigs answer differently calls a function of which that is said", () => {
  const names = SPRIG_DIFFERENCES.flatMap(({ functions }) => functions);
  const known = new RegExp(`\\b(?:${names.join("|")})\\b`);
  const rows = rowsOf<Difference>("sprigDifferences.jsonl");
  expect(rows.filter(({ template }) => !known.test(template))).toEqual([]);
  const unseen = names.filter(
    (name) => !rows.some(({ template }) => new RegExp(`\\b${name}\\b`).test(template)),
  );
  expect(unseen).toEqual([]);
});

test.each(SPRIG_DIFFERENCES.filter(({ example }) => example !== undefined))(
  "the Sprigs differ on $example, and we side with $ours",
  ({ example = "", sprig2, sprig3, ours }) => {
    const row = rowsOf<Difference>("sprigDifferences.jsonl").find(({ template }) => template === example);
    const said = (text = ""): string | undefined => (text.startsWith("error: ") ? undefined : text);
    expect({ sprig2: said(row?.sprig2), sprig3: said(row?.sprig3) }).toEqual({ sprig2, sprig3 });
    expect(answer(example)).toBe(ours === "2.22" ? sprig2 : sprig3);
  },
);

function answer(template: string): string | undefined {
  try {
    return parseTemplate("t", template, kudoFunctions).execute(undefined);
  } catch (error) {
    if (error instanceof TemplateError) return undefined;
    throw error;
  }
}
