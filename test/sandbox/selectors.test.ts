import { describe, expect, test } from "vitest";
import {
  formatSelector,
  parseLabelSelector,
  selectorMatcher,
} from "../../src/sandbox/store/labelSelector.ts";

describe("a label selector as text", () => {
  const labels = { app: "web", tier: "front", count: "5" };
  test.each([
    ["", true],
    ["app=web", true],
    ["app==web,tier=front", true],
    ["app!=web", false],
    ["missing!=web", true],
    ["app in (web, db)", true],
    ["app notin (web)", false],
    ["missing notin (a)", true],
    ["app", true],
    ["!app", false],
    ["!missing", true],
    ["count>4", true],
    ["count<4", false],
    ["app=", false],
    ["app in (web),!missing,tier", true],
  ])("%j", (text, expected) => {
    const matcher = parseLabelSelector(text);
    if (typeof matcher !== "function") throw new Error(matcher.message);
    expect(matcher(labels)).toBe(expected);
  });

  test.each([
    ["a=b=c", "found '=', expected: ',' or 'end of string'"],
    ["a in b", "unable to parse requirement: found 'b' expected: '('"],
    ["a,,b", "found ',', expected: identifier after ','"],
    [",", "found ',', expected: !, identifier, or 'end of string'"],
  ])("%j is refused", (text, message) => {
    expect(parseLabelSelector(text)).toEqual({ kind: "selectorError", message });
  });
});

test.each([
  ["an absent selector matches nothing", undefined, false],
  ["an empty one matches everything", {}, true],
  [
    "labels and expressions must both hold",
    { matchLabels: { a: "b" }, matchExpressions: [{ key: "c", operator: "Exists" }] },
    false,
  ],
  ["an expression by values", { matchExpressions: [{ key: "a", operator: "In", values: ["x", "b"] }] }, true],
])("%s", (_name, selector, expected) => {
  expect(selectorMatcher(selector)({ a: "b" })).toBe(expected);
});

test("a selector prints as the real server prints it", () => {
  const selector = {
    matchLabels: { b: "2" },
    matchExpressions: [{ key: "a", operator: "NotIn", values: ["y", "x"] }],
  };
  expect(formatSelector(selector)).toBe("a notin (x,y),b=2");
});
