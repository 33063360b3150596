import { expect, test } from "vitest";
import { canonicalQuantity } from "../../../src/sandbox/schema/quantity.ts";
import goQuantities from "./quantities.json" with { type: "json" };

test.each(goQuantities as unknown as readonly [string, string | null][])("%j is %j", (text, canonical) => {
  expect(canonicalQuantity(text) ?? null).toBe(canonical);
});

test("a number is a quantity", () => {
  expect(canonicalQuantity(2)).toBe("2");
  expect(canonicalQuantity(0.5)).toBe("500m");
});
