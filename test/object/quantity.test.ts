import { expect, test } from "vitest";
import { parseQuantity, sameQuantity } from "../../src/object/quantity.ts";

test.each([
  ["1000m", "1", true],
  ["1", 1, true],
  ["0.5", "500m", true],
  [".5", "500m", true],
  ["1.", "1", true],
  ["1Gi", "1024Mi", true],
  ["1Gi", "1073741824", true],
  ["1G", "1Gi", false],
  ["1e3", "1k", true],
  ["1E3", "1k", true],
  ["1E", "1000P", true],
  ["12e-1", "1200m", true],
  ["-1500m", "-1.5", true],
  ["100n", "0.0000001", true],
  ["0.1n", "1n", true],
  ["1", "2", false],
  ["one", "one", false],
  ["", "", false],
  ["1 Gi", "1Gi", false],
  ["1gi", "1Gi", false],
  ["true", "true", false],
  ["1e999", "1e999", false],
] as const)("%s and %s are the same: %s", (a, b, same) => {
  expect(sameQuantity(a, b)).toBe(same);
});

test("billionths are exact", () => {
  expect(parseQuantity("1.000000001")).toBe(1_000_000_001n);
  expect(parseQuantity(null)).toBeUndefined();
});
