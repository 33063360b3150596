import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { JsonValue } from "../../src/object/json.ts";
import { functionsOf, type SprigVersion } from "../../src/template/functions/sprigVersion.ts";
import { kudoFunctions } from "../../src/template/functions/table.ts";
import { goValueOf } from "../../src/template/goValue.ts";
import { parseTemplate } from "../../src/template/template.ts";
import { TemplateError } from "../../src/template/templateError.ts";

/** One judgement of Go; see go/main.go. */
interface Row {
  readonly name: string;
  readonly template: string;
  readonly data?: JsonValue;
  readonly functions?: "go";
  /** The Sprig that it means; the union of both when absent. */
  readonly sprig?: SprigVersion;
  /** What time it is: RFC 3339 in UTC. */
  readonly now?: string;
  readonly output?: string;
  readonly error?: string;
}

/** Rows that we answer otherwise than Go, with the reason. */
const SKIP: Readonly<Record<string, string>> = {};

const folder = join(import.meta.dirname, "rows");
const common = JSON.parse(readFileSync(join(folder, "common.json"), "utf8")) as JsonValue;
const topics = readdirSync(folder).filter((file) => file.endsWith(".jsonl"));

test.each(topics)("%s says what Go says", (file) => {
  const wrong = rowsOf(file)
    .filter((row) => !(row.name in SKIP))
    .map((row) => ({ ...row, expected: row.error ?? row.output, got: answer(row) }))
    .filter(({ expected, got }) => got !== expected);
  expect(wrong).toEqual([]);
});

test("a skipped row is one that differs", () => {
  const rows = topics.flatMap(rowsOf).filter(({ name }) => name in SKIP);
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(SKIP));
  expect(rows.filter((row) => answer(row) === (row.error ?? row.output))).toEqual([]);
});

test("a compiled template executes any number of times, each alone", () => {
  const template = parseTemplate("t", '{{$_ := set . "n" (add .n 1)}}{{.n}}', kudoFunctions);
  const data = (): JsonValue => ({ n: 1 });
  expect([1, 2].map(() => template.execute(goValueOf(data())))).toEqual(["2", "2"]);
});

test("the trees of a file are its own and each defined one", () => {
  const { trees, locate } = parseTemplate("t", 'x{{define "a"}}y{{end}}\n {{block "b" .}}{{end}}', new Map());
  expect([...trees.keys()].toSorted()).toEqual(["a", "b", "t"]);
  const block = trees.get("t")?.root.nodes.find(({ kind }) => kind === "template");
  expect(block && locate(block)).toEqual({ line: 2, column: 10 });
});

test("the column of an error counts UTF-16 code units, Go's message bytes", () => {
  const failing = (): string => parseTemplate("t", "\n日本😀{{.x}}", new Map()).execute(goValueOf({}));
  expect(failing).toThrow("template: t:2:12: executing");
  try {
    failing();
  } catch (error) {
    expect(error).toMatchObject({ line: 2, column: 7, template: "t", code: "template.exec" });
  }
});

test.each([
  ["an unknown function", "a\n {{nope 1}}", { line: 2, column: 4 }],
  ["an action that does not end", "a {{ .x", { line: 1, column: 8 }],
  ["a variable that is not declared", "{{$x}}", { line: 1, column: 3 }],
])("%s is a parse error with a place", (_name, text, place) => {
  try {
    parseTemplate("t", text, new Map());
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ ...place, code: "template.parse" });
  }
});

function rowsOf(file: string): Row[] {
  const lines = readFileSync(join(folder, file), "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Row);
}

function answer(row: Row): string {
  try {
    const functions = row.functions === "go" ? new Map() : functionsOf(row.sprig);
    const data = goValueOf("data" in row ? row.data : common);
    const options = row.now === undefined ? {} : { now: nanosecondsOf(row.now) };
    return parseTemplate("t", row.template, functions).execute(data, options);
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
}

function nanosecondsOf(time: string): bigint {
  const [, fraction = ""] = /\.([0-9]+)Z$/.exec(time) ?? [];
  const seconds = Date.parse(time.replace(/\.[0-9]+Z$/, "Z")) / 1000;
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"));
}
