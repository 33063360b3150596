import { expect, test } from "vitest";
import { isEarlierVersion } from "../../src/object/resourceVersion.ts";

test.each([
  ["a smaller number is earlier", "9", "10", true],
  ["a larger number is not", "10", "9", false],
  ["the same is not", "10", "10", false],
  ["digits decide among numbers of one length", "1099", "1100", true],
  ["numbers beyond 2^53 keep their order", "9007199254740992", "9007199254740993", true],
  ["none is earlier than any", "", "1", true],
])("%s", (_, first, second, earlier) => {
  expect(isEarlierVersion(first, second)).toBe(earlier);
});
