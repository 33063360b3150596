import { expect, test } from "vitest";
import { collectionPath, objectPath, withQuery } from "../../src/cluster/resourcePath.ts";

const pods = { apiVersion: "v1", kind: "Pod", plural: "pods", namespaced: true, verbs: [] };
const sets = { ...pods, apiVersion: "apps/v1", kind: "StatefulSet", plural: "statefulsets" };
const roles = {
  ...pods,
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  plural: "clusterroles",
  namespaced: false,
};

test.each([
  ["of the core group", pods, "a", "/api/v1/namespaces/a/pods"],
  ["of a group", sets, "a", "/apis/apps/v1/namespaces/a/statefulsets"],
  ["of all namespaces", sets, undefined, "/apis/apps/v1/statefulsets"],
  ["without namespaces", roles, "a", "/apis/rbac.authorization.k8s.io/v1/clusterroles"],
] as const)("collection %s", (_name, type, namespace, path) => {
  expect(collectionPath(type, namespace)).toBe(path);
});

test.each([
  ["keeps the case", "MyName", undefined, "/api/v1/namespaces/a/pods/MyName"],
  ["keeps a colon", "system:node", undefined, "/api/v1/namespaces/a/pods/system:node"],
  ["encodes what must be", "a b?#", undefined, "/api/v1/namespaces/a/pods/a%20b%3F%23"],
  ["with subresource", "x", "status", "/api/v1/namespaces/a/pods/x/status"],
] as const)("object: %s", (_name, name, subresource, path) => {
  expect(objectPath(pods, { ...pods, namespace: "a", name }, subresource)).toBe(path);
});

test.each([
  ["", /the name is missing/],
  [".", /cannot be a name/],
  ["..", /cannot be a name/],
  ["a/b", /cannot be a name/],
  ["a%2Fb", /cannot be a name/],
] as const)("refuses the name %j", (name, message) => {
  expect(() => objectPath(pods, { ...pods, namespace: "a", name })).toThrow(message);
});

test("refuses a namespaced object without namespace", () => {
  expect(() => objectPath(pods, { ...pods, name: "x" })).toThrow("the namespace is missing");
});

test.each([
  ["nothing", {}, "/x"],
  ["empty values left out", { a: undefined, b: "" }, "/x"],
  [
    "encoded values",
    { limit: 5, labelSelector: "a in (b,c)", force: true },
    "/x?limit=5&labelSelector=a%20in%20(b%2Cc)&force=true",
  ],
] as const)("query with %s", (_name, query, path) => {
  expect(withQuery("/x", query)).toBe(path);
});
