import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatIssue } from "../../src/base/issue.ts";
import type { JsonValue } from "../../src/object/json.ts";
import { parseDocuments } from "../../src/yaml/parseDocuments.ts";
import { parseYaml } from "../../src/yaml/parseYaml.ts";
import { positionOf } from "../../src/yaml/positionOf.ts";

interface Row {
  readonly name: string;
  readonly text: string;
  readonly json?: JsonValue;
  readonly error?: string;
}

/** Where we differ from sigs.k8s.io/yaml on purpose. */
const SKIP: Readonly<Record<string, string>> = {
  "tab in a block scalar": "allowed by YAML, refused by go-yaml",
  "tab on an empty line": "allowed by YAML, refused by go-yaml",
  NEL: "no line break since YAML 1.2",
  "directive unknown": "YAML asks to ignore it",
  "anchor not shared between documents": "go-yaml does not look at the second document",
  "text after end marker": "go-yaml does not look behind the first document",
};

describe("what sigs.k8s.io/yaml reads, we read", () => {
  const rows = readFileSync(join(import.meta.dirname, "rows.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);

  test.each(rows.filter((row) => !(row.name in SKIP)))("$name", ({ text, json, error }) => {
    const parsed = parseYaml(text);
    const errors = parsed.issues.filter((issue) => issue.severity === "error");
    if (error) expect(errors).not.toEqual([]);
    else expect({ errors, json: parsed.documents[0]?.value ?? null }).toEqual({ errors: [], json });
  });

  test("every skipped row exists", () => {
    const names = rows.map(({ name }) => name);
    expect(Object.keys(SKIP).filter((name) => !names.includes(name))).toEqual([]);
  });
});

test.each([
  ["a syntax error", "a: 1\nb: [1, 2\nc: 3\n", "error: f.yaml:3:2: missed comma"],
  ["a tab as indentation", "a:\n\tb: 1\n", "error: f.yaml:2:1: tab characters must not"],
  ["a quote that stays open", 'a: 1\nb: "x\n', "error: f.yaml:3:1: "],
  [
    "a duplicate key",
    "x:\n  a: 1\n  b: 2\n  a: 3\n",
    'warning: f.yaml:4:3: the key "a" stands here a second time',
  ],
  ["an unknown alias", "a: 1\nb: *nope\n", 'error: f.yaml:2:4: there is no anchor "nope"'],
  ["infinity", "a:\n  - .inf\n", "error: f.yaml:2:5: infinity"],
  [
    "an inexact integer",
    "a: 9007199254740993\n",
    "warning: f.yaml:1:4: 9007199254740993 is read as 9007199254740992",
  ],
  ["a null key", "a: 1\n~: 2\n", "error: f.yaml:2:1: a key of a mapping must be"],
  ["an unquoted template expression", "a: {{ .X }}\n", "error: f.yaml:1:5: a key of a mapping must be"],
  [
    "a merge that overwrites",
    "a: &x {b: 1}\nd:\n  b: 2\n  <<: *x\n",
    "warning: f.yaml:4:3: this << overwrites",
  ],
  ["a fault behind a repaired bracket", "a: [\n1\n]\nb: .nan\n", "error: f.yaml:4:4: infinity and NaN"],
])("%s is located", (_name, text, message) => {
  const [issue, ...others] = parseYaml(text, "f.yaml").issues;
  expect(others).toEqual([]);
  expect(issue && formatIssue(issue)).toContain(message);
});

test("an issue shows the line with a caret", () => {
  const [issue] = parseYaml("x:\n  a: 1\n  a: 3\n", "f.yaml").issues;
  expect(issue?.excerpt).toBe("  3 |   a: 3\n    |   ^");
});

test("a duplicate key is an error when asked for strictness", () => {
  expect(parseYaml("a: 1\na: 2\n", "f", { strict: true }).issues).toMatchObject([
    { severity: "error", line: 2 },
  ]);
});

test("several mistakes of one document are reported at once", () => {
  expect(parseYaml("a: .inf\nb: *x\nc: !!int z\n").issues.map(({ line }) => line)).toEqual([1, 2, 3]);
});

test("a text of ten million characters is refused", () => {
  const { documents, issues } = parseYaml("a: 1\n".repeat(2_000_000), "big.yaml");
  expect(documents).toEqual([]);
  expect(issues).toMatchObject([{ code: "yaml.tooLarge", file: "big.yaml" }]);
});

test("a file of ten million characters in many documents is refused", () => {
  expect(parseDocuments("a: 1\n---\n".repeat(1_200_000), "big.yaml").issues).toMatchObject([
    { code: "yaml.tooLarge" },
  ]);
});

test("an error behind more warnings than are shown is still reported", () => {
  const { issues } = parseYaml(`${"a: 1\n".repeat(200)}b: .inf\n`);
  expect(issues.filter(({ severity }) => severity === "error")).toHaveLength(1);
});

test("billions of aliases are refused without being expanded", () => {
  const levels = "bcdefghij".split("").map((name, index) => {
    const before = `*${"abcdefghi"[index]}`;
    return `${name}: &${name} [${Array(9).fill(before).join(",")}]`;
  });
  const { issues } = parseYaml(["a: &a [x,x,x,x,x,x,x,x,x]", ...levels].join("\n"));
  expect(issues).toMatchObject([{ code: "yaml.aliases", severity: "error" }]);
});

test("deep nesting is refused", () => {
  expect(parseYaml("[".repeat(100_000)).issues).toMatchObject([{ code: "yaml.syntax" }]);
});

describe("positionOf", () => {
  const text = [
    "# comment",
    "base: &base { p: 1, q: [x, y] }",
    "spec:",
    "  <<: *base",
    "  list:",
    "    - name: one",
    '      "quoted": 2',
    "    - *base",
    "  empty:",
    "  080: number",
  ].join("\n");
  test.each([
    ["a value", ["spec", "list", 0, "name"], "value", [6, 13]],
    ["a key", ["spec", "list", 0, "name"], "key", [6, 7]],
    ["a quoted key", ["spec", "list", 0, "quoted"], "key", [7, 7]],
    ["an item", ["spec", "list", 0], "value", [6, 7]],
    ["a value of a merge", ["spec", "p"], "value", [2, 18]],
    ["a value behind an alias", ["spec", "list", 1, "q", 1], "value", [2, 28]],
    ["an empty value: its key", ["spec", "empty"], "value", [9, 3]],
    ["a number as key", ["spec", "80"], "key", [10, 3]],
    ["something missing: its parent", ["spec", "list", 0, "nope"], "value", [6, 7]],
    ["the document", [], "value", [2, 1]],
  ] as const)("finds %s", (_name, path, part, [line, column]) => {
    const [document] = parseYaml(text, "f").documents;
    expect(document && positionOf(document, path, part)).toEqual({ line, column });
  });
});

describe("parseDocuments", () => {
  test("cuts at every line that begins with three dashes and drops what is empty", () => {
    const text = "# only a comment\n---\n\n---\na: 1\n--- # remark\nb: 2\n---";
    expect(parseDocuments(text).documents.map(({ value }) => value)).toEqual([{ a: 1 }, { b: 2 }]);
  });
  test("leaves an indented --- in a block scalar alone", () => {
    expect(parseDocuments("a: |\n  x\n  ---\n  y\n").documents).toHaveLength(1);
  });
  test("takes the line break before --- away from a block scalar, as Kubernetes does", () => {
    expect(parseDocuments("a: |\n  x\n---\nb: 1\n").documents[0]?.value).toEqual({ a: "x" });
  });
  test("a broken document hides no other, and each issue has the line in the file", () => {
    const { documents, issues } = parseDocuments("a: 1\n---\nb: [\n---\nc: .inf\n---\nd: 4\n", "f");
    expect(documents.map(({ value }) => value)).toEqual([{ a: 1 }, { c: null }, { d: 4 }]);
    expect(issues.map(({ line }) => line)).toEqual([3, 5]);
  });
  test("says that a document behind ... is not read", () => {
    expect(parseDocuments("a: 1\n...\nb: 2\n").issues).toMatchObject([{ code: "yaml.ignored", line: 3 }]);
  });
});
