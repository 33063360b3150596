import { expect, test } from "vitest";
import { contentDigest, withStampsOf } from "../../src/apply/marks.ts";
import { prepareObject } from "../../src/apply/prepareObject.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";

const instance = { namespace: "ns", name: "demo", uid: "u1" };
const operator = { name: "galera", version: "0.1.0" };
const prepare = (object: unknown, namespaced = true): KubeObject =>
  prepareObject(object as KubeObject, { instance, operator, namespaced });
const base64 = (text: string): string => Buffer.from(text).toString("base64");

test.each([
  [
    "stringData moves into data",
    { apiVersion: "v1", kind: "Secret", stringData: { a: "1", b: "ü" } },
    { data: { a: base64("1"), b: base64("ü") } },
  ],
  [
    "stringData wins over data, as on the server",
    { apiVersion: "v1", kind: "Secret", data: { a: "eA==", c: "eQ==" }, stringData: { a: "1" } },
    { data: { a: base64("1"), c: "eQ==" } },
  ],
  [
    "a value that is no text stays for the server to refuse",
    { apiVersion: "v1", kind: "Secret", stringData: { a: 1 } },
    { data: { a: 1 } },
  ],
  ["an empty stringData is none", { apiVersion: "v1", kind: "Secret", stringData: null }, {}],
  [
    "a stringData that is no mapping stays for the server to refuse",
    { apiVersion: "v1", kind: "Secret", stringData: "a=1" },
    { stringData: "a=1" },
  ],
  [
    "stringData of another kind is its own affair",
    { apiVersion: "x.example/v1", kind: "Secret", stringData: { a: "1" } },
    { stringData: { a: "1" } },
  ],
  [
    "the misplaced template of a CronJob is not written",
    { apiVersion: "batch/v1", kind: "CronJob", spec: { schedule: "* * * * *", template: { metadata: {} } } },
    { spec: { schedule: "* * * * *" } },
  ],
  [
    "the template of another kind stays",
    { apiVersion: "apps/v1", kind: "Deployment", spec: { template: {} } },
    { spec: { template: {} } },
  ],
])("%s", (_name, object, content) => {
  const { apiVersion, kind } = object;
  expect(prepare({ metadata: { name: "a" }, ...object })).toEqual({
    apiVersion,
    kind,
    metadata: { name: "a", namespace: "ns", annotations: { "lockstep.dev/instance": "ns/demo/u1" } },
    ...content,
  });
});

test("a cluster-scoped object has no namespace and a mark that others can stand beside", () => {
  const { metadata } = prepare(
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "a", namespace: "ns", annotations: { x: "y" } },
    },
    false,
  );
  expect(metadata.namespace).toBeUndefined();
  expect(Object.values(metadata.annotations!)).toEqual(["y", "ns/demo/u1", "galera/0.1.0"]);
  expect(Object.keys(metadata.annotations!).slice(1)).toEqual([
    expect.stringMatching(/^lockstep\.dev\/instance\.[0-9a-f]{10}$/),
    expect.stringMatching(/^lockstep\.dev\/operator\.[0-9a-f]{10}$/),
  ]);
});

const stamped = (uid: string, data = "1"): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: {
    name: "a",
    annotations: { own: "x", "kudo.dev/plan": `p-${uid}`, "kudo.dev/last-plan-execution-uid": uid },
  },
  data: { a: data },
});

test("the digest does not see who wrote an object, only what", () => {
  expect(contentDigest(stamped("1"))).toBe(contentDigest(stamped("2")));
  expect(contentDigest(stamped("1"))).not.toBe(contentDigest(stamped("1", "2")));
});

test("stamps of the live object replace those of this run", () => {
  expect(withStampsOf(stamped("2"), stamped("1"))).toEqual(stamped("1"));
});
