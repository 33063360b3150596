import { expect, test } from "vitest";
import { formatPointer, parsePointer, valueAtPointer } from "../../src/object/jsonPointer.ts";

test.each([
  [[], ""],
  [["spec", "replicas"], "/spec/replicas"],
  [["metadata", "annotations", "a/b~c"], "/metadata/annotations/a~1b~0c"],
  [["items", "0", ""], "/items/0/"],
])("keys %j are the pointer %j, and back", (path, pointer) => {
  expect(formatPointer(path)).toBe(pointer);
  expect(parsePointer(pointer)).toEqual(path);
});

test("a pointer that does not begin with a slash is none", () => {
  expect(parsePointer("spec")).toBeUndefined();
});

test.each([
  ["", { a: [1, { b: null }] }],
  ["/a/0", 1],
  ["/a/1/b", null],
  ["/a/2", undefined],
  ["/a/x", undefined],
  ["/toString", undefined],
])("the value at %j", (pointer, value) => {
  expect(valueAtPointer({ a: [1, { b: null }] }, pointer)).toEqual(value);
});
