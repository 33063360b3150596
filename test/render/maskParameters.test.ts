import { expect, test } from "vitest";
import { maskParameters } from "../../src/render/maskParameters.ts";

test("of a long text no part of a value is left at its end", () => {
  const values = { P: "x".repeat(50) };
  const text = `${"a".repeat(19_980)}${values.P} and more`;
  expect(maskParameters(text, [{ name: "P" }], values)).not.toContain("x");
});

test("with very many values nothing of the text is told", () => {
  const values = { P: Array.from({ length: 3000 }, (_, i) => `value${i}`) };
  expect(maskParameters("parsing value7", [{ name: "P" }], values)).not.toContain("value7");
});

test.each([
  ["a value that the instance gave", 'parsing "hunter2"', { P: "hunter2" }, 'parsing "<value of P>"'],
  ["a value inside another word", "x-hunter2-y", { P: "hunter2" }, "x-<value of P>-y"],
  ["a value with quotes, as Go quotes it", 'parsing "a\\"bc"', { P: 'a"bc' }, 'parsing "<value of P>"'],
  ["the longer of two", "hunter2hunter", { P: "hunter", Q: "hunter2" }, "<value of Q><value of P>"],
  [
    "texts in lists and mappings, and their keys",
    "abc def ghi",
    { P: ["abc"], Q: { def: "ghi" } },
    "<value of P> <value of Q> <value of Q>",
  ],
  ["nothing of a default", "parsing known", { D: "known" }, "parsing known"],
  ["nothing as short as two letters", "an error", { P: "an" }, "an error"],
])("masks %s", (_name, text, values, masked) => {
  expect(maskParameters(text, [{ name: "P" }, { name: "Q" }, { name: "D", default: "known" }], values)).toBe(
    masked,
  );
});
