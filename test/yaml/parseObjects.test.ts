import { expect, test } from "vitest";
import { parseObjects } from "../../src/yaml/parseObjects.ts";
import { positionOf } from "../../src/yaml/positionOf.ts";

const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

test("objects come in the order of the text", () => {
  const { objects, issues } = parseObjects(`${configMap("a")}---\n# nothing\n---\n${configMap("b")}`);
  expect(issues).toEqual([]);
  expect(objects.map(({ object }) => object.metadata.name)).toEqual(["a", "b"]);
});

test("a List is unfolded, and its members keep their places", () => {
  const members = ["a", "b"].map((name) => `- { apiVersion: v1, kind: Secret, metadata: { name: ${name} } }`);
  const { objects } = parseObjects(`apiVersion: v1\nkind: List\nitems:\n${members.join("\n")}\n`);
  expect(objects.map(({ object }) => object.metadata.name)).toEqual(["a", "b"]);
  const second = objects[1]!;
  expect(positionOf(second.document, [...second.path, "kind"])).toEqual({ line: 5, column: 27 });
});

test.each([
  ["no kind", "apiVersion: v1\nmetadata: {name: x}\n", "the object has no kind", 1],
  ["no apiVersion", "kind: Secret\nmetadata: {name: x}\n", "the object has no apiVersion", 1],
  ["no name", "apiVersion: v1\nkind: Secret\nmetadata: {}\n", "the Secret has no metadata.name", 3],
  [
    "a number as name",
    "apiVersion: v1\nkind: Secret\nmetadata:\n  name: 12\n",
    "metadata.name must be text",
    4,
  ],
  ["a list", "\n- 1\n", "this is a list, not a Kubernetes object", 2],
  ["plain text", "hello world\n", "this is plain text, not a Kubernetes object", 1],
  ["no YAML", "a: b: c\n", "", 1],
])("%s is an issue", (_name, text, message, line) => {
  const { objects, issues } = parseObjects(text, "out.yaml");
  expect(objects).toEqual([]);
  expect(issues).toMatchObject([{ severity: "error", file: "out.yaml", line }]);
  expect(issues[0]?.message).toContain(message);
});

test("a bad object does not hide a good one", () => {
  const { objects, issues } = parseObjects(`kind: X\n---\n${configMap("a")}`);
  expect(objects).toHaveLength(1);
  expect(issues.map(({ code }) => code)).toEqual(["object.apiVersion", "object.name"]);
});
