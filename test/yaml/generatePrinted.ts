/**
 * Writes printed.jsonl: values, and how stringifyYaml prints them. Afterwards `go run . ../printed.jsonl` in go/
 * adds what sigs.k8s.io/yaml reads.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { JsonValue } from "../../src/object/json.ts";
import { stringifyYaml } from "../../src/yaml/stringifyYaml.ts";

const rows = readFileSync(join(import.meta.dirname, "rows.jsonl"), "utf8")
  .trim()
  .split("\n");
/** Every scalar of the table of reading, as a text that must stay text. */
const scalars = rows
  .map((line) => (JSON.parse(line) as { text: string }).text)
  .filter((text) => text.startsWith("a: ") && text.indexOf("\n") === text.length - 1)
  .map((text) => text.slice(3, -1));

const awkward = [
  "",
  " ",
  "  x",
  "x  ",
  "\n",
  "\n\n",
  "a\n",
  "a\n\n",
  "\na",
  "a\nb",
  "a\n  b\n",
  "  a\nb\n",
  "a\n\tb",
  "\ta\nb",
  "\ta",
  "a\t",
  "a\r\nb",
  "a\rb",
  "---",
  "--- x",
  "...",
  "a\n---\nb\n",
  "a\n... \nb\n",
  "- a",
  "-",
  "?",
  "? a",
  ":",
  ": a",
  "a: b",
  "a:",
  "a #b",
  "#a",
  "&a",
  "*a",
  "!a",
  "|",
  ">",
  "%a",
  "@a",
  "`a`",
  "'a'",
  '"a"',
  "it's",
  'say "x"',
  "{a}",
  "[a]",
  "a, b",
  "{{ .X }}",
  "\u0000",
  "\u0007",
  "\u001b[0m",
  "\u007f",
  "\u0085",
  "a\u0085b",
  "\u00a0",
  "\u2028",
  "a\u2029b\n",
  "\ufeff",
  "a\ufeffb",
  "é",
  "😀",
  "0o17",
  "1e3",
  "1_0",
  "12e03",
  "0x1F",
  "190:20:30",
  "1:1",
  "2001-12-14",
  "2001-12-14 10:10:10",
  "<<",
  "=",
  "null",
  "Null",
  "~",
  "y",
  "N",
  "on",
  "OFF",
  "x".repeat(200),
  `${"word ".repeat(60)}end`,
  `key\n${"x ".repeat(100)}\n`,
  "-----BEGIN X-----\nabc\n-----END X-----\n",
  "\\",
  "a\\nb",
  "trailing \\\nline",
  " \n x\n",
  "   \n",
  "a\n \n",
  "\n  a\n b\n",
];

const text = fc.oneof(
  fc.constantFrom(...scalars, ...awkward),
  fc.string({ maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom("a", " ", "\n", "\t", ":", "-", "#", "'", '"', "1", "{", "|", "\r"),
    maxLength: 10,
  }),
);
const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(1e21, 1e-7, 0.1, 1e6, 1e300),
);
const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(text, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

const single = [...scalars, ...awkward].flatMap((s): JsonValue[] => [s, { key: s }, { [s]: [s] }]);
const generated = fc.sample(value, { numRuns: 400, seed: 20261122 });
const lines = [...single, ...generated].map((item) =>
  JSON.stringify({ value: item, text: stringifyYaml(item) }),
);
writeFileSync(join(import.meta.dirname, "printed.jsonl"), `${lines.join("\n")}\n`);
