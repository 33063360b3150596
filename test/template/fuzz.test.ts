import { expect, test } from "vitest";
import { BUILTINS } from "../../src/template/functions/builtins.ts";
import { kudoFunctions } from "../../src/template/functions/table.ts";
import { makeRow } from "./fuzz/shapes.ts";
import { CALLED_APART, NOT_CALLED, SIGNATURES } from "./fuzz/signatures.ts";

test("the fuzz calls every function, or says why not", () => {
  const known = [...SIGNATURES.map(({ name }) => name), ...CALLED_APART, ...Object.keys(NOT_CALLED)];
  const there = [...kudoFunctions.keys(), ...BUILTINS.keys()];
  expect(known.toSorted()).toEqual([...new Set(there)].toSorted());
});

test("a row depends on seed and index alone", () => {
  expect(makeRow(7, 123)).toEqual(makeRow(7, 123));
  expect(makeRow(7, 123)).not.toEqual(makeRow(8, 123));
});
