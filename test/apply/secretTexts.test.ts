import { expect, test } from "vitest";
import { prepareObject } from "../../src/apply/prepareObject.ts";
import { asRendered, textKeysOf } from "../../src/apply/secretTexts.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";

const secret = (rest: object): KubeObject => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "s", namespace: "ns" },
  ...rest,
});

test.each([
  ["without texts", secret({ data: { a: "eA==" } }), undefined],
  ["with texts alone", secret({ stringData: { b: "ü", a: "" } }), ["a", "b"]],
  ["with both", secret({ data: { raw: "eA==" }, stringData: { a: "x" } }), ["a"]],
] as const)("a Secret %s is what was rendered again", (_name, rendered, keys) => {
  expect(textKeysOf(rendered)).toEqual(keys);
  const instance = { namespace: "ns", name: "one", uid: "u" };
  const sent = prepareObject(rendered, { instance, operator: { name: "o", version: "1" }, namespaced: true });
  expect(sent).not.toHaveProperty("stringData");
  const { metadata: _, ...content } = rendered;
  const { metadata: __, ...again } = asRendered(sent, keys);
  expect(again).toEqual(content);
});

test.each([
  ["a ConfigMap", { ...secret({ stringData: { a: "x" } }), kind: "ConfigMap" }],
  ["empty stringData", secret({ stringData: {} })],
])("%s has no texts", (_name, object) => {
  expect(textKeysOf(object)).toBeUndefined();
});
