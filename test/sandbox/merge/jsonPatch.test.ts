import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../../src/object/json.ts";
import { applyJsonPatch } from "../../../src/sandbox/merge/jsonPatch.ts";
import { applyMergePatch } from "../../../src/sandbox/merge/mergePatch.ts";

describe("JSON patch, the examples of RFC 6902", () => {
  const rows: readonly [string, JsonValue, JsonValue, JsonValue | undefined][] = [
    [
      "adds a member",
      { foo: "bar" },
      [{ op: "add", path: "/baz", value: "qux" }],
      { baz: "qux", foo: "bar" },
    ],
    [
      "adds an item",
      { foo: ["a", "c"] },
      [{ op: "add", path: "/foo/1", value: "b" }],
      { foo: ["a", "b", "c"] },
    ],
    ["removes a member", { baz: 1, foo: 2 }, [{ op: "remove", path: "/baz" }], { foo: 2 }],
    ["removes an item", { foo: [1, 2, 3] }, [{ op: "remove", path: "/foo/1" }], { foo: [1, 3] }],
    ["replaces a value", { a: 1 }, [{ op: "replace", path: "/a", value: 2 }], { a: 2 }],
    [
      "moves a value",
      { a: { b: 1 }, c: {} },
      [{ op: "move", from: "/a/b", path: "/c/d" }],
      { a: {}, c: { d: 1 } },
    ],
    ["moves an item", { a: [1, 2, 3] }, [{ op: "move", from: "/a/0", path: "/a/2" }], { a: [2, 3, 1] }],
    ["copies a value", { a: [1] }, [{ op: "copy", from: "/a/0", path: "/a/-" }], { a: [1, 1] }],
    ["tests a value", { a: ["x"] }, [{ op: "test", path: "/a/0", value: "x" }], { a: ["x"] }],
    ["fails a test", { a: "x" }, [{ op: "test", path: "/a", value: "y" }], undefined],
    ["tells a number from a text", { a: 10 }, [{ op: "test", path: "/a", value: "10" }], undefined],
    [
      "adds a nested mapping",
      { a: 1 },
      [{ op: "add", path: "/b", value: { c: {} } }],
      { a: 1, b: { c: {} } },
    ],
    ["does not add below nothing", { a: 1 }, [{ op: "add", path: "/b/c", value: 1 }], undefined],
    [
      "reads ~1 and ~0",
      { "/": 9, "~1": 10 },
      [{ op: "test", path: "/~01", value: 10 }],
      { "/": 9, "~1": 10 },
    ],
    ["appends a list", { a: [1] }, [{ op: "add", path: "/a/-", value: [2] }], { a: [1, [2]] }],
    ["does not insert past the end", { a: [1] }, [{ op: "add", path: "/a/3", value: 2 }], undefined],
    ["replaces the whole", { a: 1 }, [{ op: "replace", path: "", value: { b: 2 } }], { b: 2 }],
    [
      "does nothing halfway",
      { a: 1 },
      [
        { op: "remove", path: "/a" },
        { op: "remove", path: "/b" },
      ],
      undefined,
    ],
  ];
  test.each(rows)("%s", (_, target, patch, expected) => {
    const outcome = applyJsonPatch(target, patch);
    expect(outcome.kind === "patched" ? outcome.value : undefined).toEqual(expected);
  });

  test("what is no patch is malformed", () => {
    for (const patch of [
      {},
      [1],
      [{ op: "jump", path: "/a" }],
      [{ op: "add", path: "a", value: 1 }],
      [{ op: "add", path: "/a" }],
    ]) {
      expect(applyJsonPatch({}, patch as JsonValue).kind).toBe("malformed");
    }
  });
});

describe("merge patch, the table of RFC 7386", () => {
  const rows: readonly [JsonValue, JsonValue, JsonValue][] = [
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [
      ["a", "b"],
      ["c", "d"],
      ["c", "d"],
    ],
    [{ a: "b" }, ["c"], ["c"]],
    [{ a: "foo" }, null, null],
    [{ a: "foo" }, "bar", "bar"],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  test.each(rows)("%j with %j is %j", (target, patch, expected) => {
    expect(applyMergePatch(target, patch)).toEqual(expected);
  });
});
