import fc from "fast-check";
import { expect, test } from "vitest";
import { TemplateExecError } from "../../../src/template/templateError.ts";
import { recordedRandom, render, seededRandom } from "./testRandom.ts";

/** What chi-square exceeds once in a million times (the approximation of Wilson and Hilferty). */
function highest(freedom: number): number {
  const spread = 2 / (9 * freedom);
  return freedom * (1 - spread + 4.7534 * Math.sqrt(spread)) ** 3;
}

/** Sum over the values of (seen - expected)² / expected. */
function chiSquare(seen: readonly string[], values: readonly string[]): number {
  const counts = new Map(values.map((value) => [value, 0]));
  for (const value of seen) counts.set(value, (counts.get(value) ?? Number.NaN) + 1);
  const expected = seen.length / values.length;
  return [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const letters = upper + upper.toLowerCase();
const digits = "0123456789";
const ascii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join("");

test.each([
  ["randAlphaNum", digits + letters],
  ["randAlpha", letters],
  ["randNumeric", digits],
  ["randAscii", ascii],
])("%s gives each of its characters equally often", (name, alphabet) => {
  const text = render(`{{${name} 30000}}`, seededRandom(name));
  expect(text).toHaveLength(30_000);
  expect(chiSquare([...text], [...alphabet])).toBeLessThan(highest(alphabet.length - 1));
});

test("randInt gives each number of its range equally often", () => {
  const text = render("{{range until 5000}}{{randInt -5 5}} {{end}}", seededRandom("randInt"));
  const values = Array.from({ length: 10 }, (_, index) => String(index - 5));
  expect(chiSquare(text.trim().split(" "), values)).toBeLessThan(highest(9));
});

test("randInt reaches both ends of the largest range", () => {
  const text = render("{{range until 200}}{{randInt 0 9223372036854775807}} {{end}}", seededRandom("wide"));
  const halves = text
    .trim()
    .split(" ")
    .map((value) => BigInt(value) >> 62n);
  expect(new Set(halves)).toEqual(new Set([0n, 1n]));
});

test("shuffle gives each order equally often", () => {
  const text = render('{{range until 6000}}{{shuffle "abcd"}} {{end}}', seededRandom("shuffle"));
  const orders = text.trim().split(" ");
  const all = [...new Set(orders)];
  expect(all).toHaveLength(24);
  expect(chiSquare(orders, all)).toBeLessThan(highest(23));
});

test("shuffle keeps the characters of any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string(), (text, seed) => {
      const shuffled = render("{{shuffle .}}", seededRandom(seed), text);
      expect([...shuffled].toSorted()).toEqual([...Buffer.from(text).toString()].toSorted());
    }),
    { numRuns: 50 },
  );
});

test("uuidv4 gives version 4 and the variant of RFC 9562 with any bytes", () => {
  const text = render("{{range until 200}}{{uuidv4}} {{end}}", seededRandom("uuid"));
  const uuids = text.trim().split(" ");
  expect(new Set(uuids).size).toBe(200);
  for (const uuid of uuids) {
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});

const EVERY =
  '{{randAlphaNum 20}} {{randAlpha 20}} {{randAscii 20}} {{randNumeric 20}} {{randBytes 20}} {{randInt 1 99999}} {{shuffle "abcdefghij"}} {{uuidv4}}';

test("the same seed gives the same values, another seed others", () => {
  const [first, again, other] = ["a", "a", "b"].map((seed) => render(EVERY, seededRandom(seed)));
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});

test.each([
  ["randAlphaNum 5", "kept1", "kept1", ["randAlphaNum", "5"]],
  ["randAscii 5", "a b~c", "a b~c", ["randAscii", "5"]],
  ["randBytes 3", "AAAA", "AAAA", ["randBytes", "3"]],
  ["randInt 1 9", "7", "7", ["randInt", "1\u00009"]],
  [
    "randInt 0 9223372036854775807",
    "9007199254740993",
    "9007199254740993",
    ["randInt", "0\u00009223372036854775807"],
  ],
  ['shuffle "aé😀"', "😀aé", "😀aé", ["shuffle", '"a\xc3\xa9\xf0\x9f\x98\x80"']],
  ["uuidv4", "an id", "an id", ["uuidv4", ""]],
])("%s is what was recorded for it", (call, record, output, [name, args]) => {
  const random = recordedRandom(record);
  expect(render(`{{${call}}}`, random)).toBe(output);
  expect(random.calls).toMatchObject([{ template: "t", function: name }]);
  expect(Buffer.from(random.calls[0]?.args ?? "", "latin1").toString()).toBe(
    Buffer.from(args ?? "", "latin1").toString(),
  );
});

test.each([
  ["a count of none", "{{randAlphaNum 0}}{{randBytes 0}}", ""],
  ["a negative count", "{{randAscii -3}}", ""],
  ["a text of one character", '{{shuffle "é"}}', "é"],
])("%s asks for no record", (_name, template, output) => {
  const random = recordedRandom("x");
  expect([render(template, random), random.calls]).toEqual([output, []]);
});

test.each(["", "x", "1.5", "7\n", "123456789012345678901234567890"])(
  "a record %j of randInt is an error, not a new number",
  (record) => {
    expect(() => render("{{randInt 1 9}}", recordedRandom(record))).toThrow(
      "error calling randInt: the recorded value of an earlier randInt cannot be read",
    );
  },
);

test.each([
  ["randAlphaNum", "{{randAlphaNum 4194305}}", "a value is larger than 4194304"],
  ["randBytes", "{{randBytes 3145729}}", "a value is larger than 4194304"],
  ["a count past any memory", "{{randAscii 9223372036854775807}}", "a value is larger than 4194304"],
  ["draws without end", "{{range until 900000}}{{randInt 0 9}}{{end}}", "units of work"],
])("%s beyond the limits ends the template before it draws", (_name, template, message) => {
  let error: unknown;
  try {
    render(template, seededRandom("limits"), {}, { work: 10_000_000 });
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(TemplateExecError);
  expect(error).toMatchObject({ message: expect.stringContaining(message), line: 1 });
});
