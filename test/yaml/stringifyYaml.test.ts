import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { deepEqual, type JsonValue } from "../../src/object/json.ts";
import { parseYaml } from "../../src/yaml/parseYaml.ts";
import { stringifyYaml } from "../../src/yaml/stringifyYaml.ts";

interface Row {
  readonly value: JsonValue;
  readonly text: string;
  readonly json?: JsonValue;
}

const rows = readFileSync(join(import.meta.dirname, "printed.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Row);

test("what we print, sigs.k8s.io/yaml reads back", () => {
  expect(rows.filter(({ value, json }) => !deepEqual(value, json))).toEqual([]);
});

test("we still print what it has read", () => {
  expect(rows.filter(({ value, text }) => stringifyYaml(value) !== text)).toEqual([]);
});

test("what we print, we read back", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const json = JSON.parse(JSON.stringify(value)) as JsonValue;
      const { documents, issues } = parseYaml(stringifyYaml(json));
      const errors = issues.filter(({ severity }) => severity === "error");
      expect(errors).toEqual([]);
      expect(deepEqual(documents[0]?.value, json)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test("the print reads like kubectl's", () => {
  const value = {
    apiVersion: "v1",
    data: { "a.conf": "one\ntwo\n", enabled: "yes", mode: "0755", port: "3306" },
    list: [{ name: "x", ports: [1, 2] }, "plain text: no"],
    empty: {},
  };
  expect(stringifyYaml(value)).toBe(`apiVersion: v1
data:
  a.conf: |
    one
    two
  enabled: "yes"
  mode: "0755"
  port: "3306"
list:
- name: x
  ports:
  - 1
  - 2
- "plain text: no"
empty: {}
`);
});

test("infinity cannot be printed", () => {
  expect(() => stringifyYaml(Number.POSITIVE_INFINITY)).toThrow();
});
