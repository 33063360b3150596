import { expect, test } from "vitest";
import { failureOf, outcomeOf } from "../../src/apply/objectFailure.ts";
import { ClusterError, clusterErrorOf } from "../../src/cluster/clusterError.ts";
import type { JsonObject } from "../../src/object/json.ts";

const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "ns", name: "a" };
const request = { verb: "apply", subject: "ConfigMap/ns/a" };

const answer = (status: number, body: JsonObject = {}) => clusterErrorOf(status, body, request);
const causes = (...reasons: string[]): JsonObject => ({
  details: { causes: reasons.map((reason) => ({ reason, message: "", field: "" })) },
});

test.each([
  ["400", answer(400), false],
  ["401", answer(401), true],
  ["403", answer(403, { message: "forbidden: exceeded quota" }), true],
  ["403 in a namespace that goes away", answer(403, causes("NamespaceTerminating")), false],
  ["404 of a namespace", answer(404, { message: 'namespaces "ns" not found' }), true],
  ["405", answer(405), false],
  ["408", answer(408), true],
  ["409 with a stale version", answer(409), true],
  ["409 with another manager", answer(409, causes("FieldManagerConflict")), false],
  ["413", answer(413), false],
  ["415", answer(415), false],
  ["422", answer(422), false],
  ["429", answer(429), true],
  ["500", answer(500, { message: "etcd is slow" }), true],
  [
    "500 for a wrong type",
    answer(500, {
      message: "failed to create typed patch object (ns/a; v1, Kind=ConfigMap): .data: expected map",
    }),
    false,
  ],
  ["503", answer(503), true],
  ["504", answer(504), true],
  ["no answer", new ClusterError("connection refused", { ...request, reason: "unreachable" }), true],
  ["an unknown kind", new ClusterError("no such kind", { ...request, reason: "unknownKind" }), false],
  ["an error nobody foresaw", new TypeError("oops"), true],
])("%s: worth another attempt is %s", (_name, error, retryable) => {
  expect(failureOf(error, { ref }).retryable).toBe(retryable);
});

test.each([
  ["404", answer(404)],
  ["an unknown kind", new ClusterError("no such kind", { ...request, reason: "unknownKind" })],
])("%s is worth another attempt while its definition is new", (_name, error) => {
  expect(failureOf(error, { ref, kindIsNew: true }).retryable).toBe(true);
});

test("a wrong value stays fatal while its definition is new", () => {
  expect(failureOf(answer(422), { ref, kindIsNew: true }).retryable).toBe(false);
});

test("the message names the template and the object once", () => {
  const error = answer(422, { message: "spec.replicas: Invalid value: -1" });
  expect(failureOf(error, { ref, file: "templates/a.yaml" }).message).toBe(
    "templates/a.yaml: ConfigMap/ns/a: apply: spec.replicas: Invalid value: -1",
  );
  expect(failureOf(new Error("oops"), { ref }).message).toBe("ConfigMap/ns/a: oops");
});

test("an abort is nobody's failure", () => {
  const abort = new DOMException("aborted", "AbortError");
  expect(() => failureOf(abort, { ref })).toThrow(abort);
});

test("several failures are one outcome, fatal when one of them is", () => {
  const retryable = failureOf(answer(429), { ref });
  const fatal = failureOf(answer(422), { ref });
  expect(outcomeOf([])).toEqual({ kind: "done" });
  expect(outcomeOf([retryable, retryable])).toEqual({
    kind: "failed",
    retryable: true,
    code: "cluster.tooManyRequests",
    message: retryable.message,
  });
  expect(outcomeOf([retryable, fatal])).toMatchObject({
    retryable: false,
    code: "cluster.invalid",
    message: `${retryable.message}; ${fatal.message}`,
  });
});
