import { expect, test } from "vitest";
import { failureOf } from "../../src/apply/objectFailure.ts";
import { clusterErrorOf } from "../../src/cluster/clusterError.ts";

const request = { verb: "apply", subject: "Secret/ns/credentials" };
const quoting =
  "failed to create typed patch object (ns/credentials; /v1, Kind=Secret): .data.password: expected string, got 12345";

test.each([
  ["Secret", false],
  ["ConfigMap", true],
])("the server's words about a %s are told: %s", (kind, told) => {
  const error = clusterErrorOf(500, { message: quoting }, request);
  const failure = failureOf(error, { ref: { apiVersion: "v1", kind, namespace: "ns", name: "credentials" } });
  expect(failure.message.includes("12345")).toBe(told);
  expect(failure.retryable).toBe(false);
});
