import { expect, test } from "vitest";
import { findJsonFault } from "../../../src/cli/check/jsonFault.ts";

test.each([
  ["", 0, "expected a value, found the end"],
  ['{"a": x}', 6, 'expected a value, found "x"'],
  ['{"a" 1}', 5, 'expected a colon, found "1"'],
  ["{a: 1}", 1, 'expected a key in quotes, found "a"'],
  ['{"a": 1,}', 8, 'expected a key in quotes, found "}"'],
  ["[1, 2", 5, 'expected "," or "]", found the end'],
  ["[01]", 2, 'expected "," or "]", found "1"'],
  ['"a\tb"', 2, 'expected the rest of a string, found "\\t"'],
  ['"\\x"', 1, 'expected the rest of a string, found "\\\\"'],
  ["{} {}", 3, 'expected the end, found "{"'],
])("%s", (text, at, message) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(findJsonFault(text)).toEqual({ at, message });
});
