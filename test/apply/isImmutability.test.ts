import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { frozenFieldsOf, isImmutability } from "../../src/apply/isImmutability.ts";
import { type ClusterError, clusterErrorOf, type StatusCause } from "../../src/cluster/clusterError.ts";
import type { JsonObject } from "../../src/object/json.ts";

/** What Kubernetes 1.36 answered to changes; long values and differences are cut in their middle or at their end. */
const REFUSALS: readonly { readonly title: string; readonly causes: readonly StatusCause[] }[] = JSON.parse(
  readFileSync(join(import.meta.dirname, "refusals.json"), "utf8"),
);

function refused(causes: readonly StatusCause[], status = 422): ClusterError {
  const body = { message: "is invalid", details: { causes } } as unknown as JsonObject;
  return clusterErrorOf(status, body, { verb: "dryRun", subject: "Job/ns/a" });
}

/** The fields that cannot be changed; none where another mistake is among the causes, or nothing else. */
const FROZEN: Readonly<Record<string, readonly string[]>> = {
  "Job template": ["spec.template"],
  "Job completions": ["spec.completions"],
  "Deployment selector": ["spec.selector"],
  "DaemonSet selector": ["spec.selector"],
  "StatefulSet serviceName": ["spec"],
  "StatefulSet selector": ["spec"],
  "Service clusterIP": ["spec.clusterIPs[0]"],
  "Service to headless": ["spec.clusterIPs[0]"],
  "Service loadBalancerClass": ["spec.loadBalancerClass"],
  "ConfigMap immutable data": ["data"],
  "ConfigMap immutable off": ["immutable"],
  "ConfigMap immutable off and data": ["data"],
  "ConfigMap immutable binaryData": ["binaryData"],
  "Secret immutable data": ["data"],
  "Secret type": ["type"],
  "RoleBinding roleRef": ["roleRef"],
  "ClusterRoleBinding roleRef": ["roleRef"],
  "PVC access mode": ["spec"],
  "PVC class": ["spec"],
  "PVC volumeMode": ["spec", "volumeMode"],
  "PVC shrink": ["spec"],
  "PV source": ["spec.persistentvolumesource"],
  "PV volumeMode": ["volumeMode"],
  "StorageClass parameters": ["parameters"],
  "StorageClass provisioner": ["provisioner"],
  "StorageClass reclaimPolicy": ["reclaimPolicy"],
  "StorageClass volumeBindingMode": ["volumeBindingMode"],
  "PriorityClass value": ["value"],
  "PriorityClass preemption": ["preemptionPolicy"],
  "ResourceQuota scopes": ["spec.scopes"],
  "Pod env": ["spec"],
  "Pod new container": ["spec.containers"],
  "IngressClass controller": ["spec.controller"],
  "RuntimeClass handler": ["handler"],
  "EndpointSlice addressType": ["addressType"],
  "CSIDriver attachRequired": ["spec.attachedRequired"],
  "CustomResource rule": ["spec.a"],
  "CRD scope": ["spec.scope"],
};

describe("the server's recorded refusals", () => {
  test.each(REFUSALS)("$title", ({ title, causes }) => {
    const fields = frozenFieldsOf(refused(causes)).map(({ field }) => field);
    expect(fields).toEqual(FROZEN[title] ?? []);
  });

  test("every expectation was recorded", () => {
    const titles = REFUSALS.map(({ title }) => title);
    expect(Object.keys(FROZEN).filter((title) => !titles.includes(title))).toEqual([]);
  });
});

const frozen: StatusCause = {
  reason: "FieldValueInvalid",
  field: "spec.a",
  message: "Invalid value: 1: field is immutable",
};

test.each<[string, unknown]>([
  ["no cause at all", refused([])],
  ["a conflict with such a cause", refused([frozen], 409)],
  ["a server error with such a cause", refused([frozen], 500)],
  ["another error that says so", new Error("field is immutable")],
  [
    "a value that says so",
    refused([
      { ...frozen, message: 'Invalid value: "x: field is immutable": must be no more than 3 characters' },
    ]),
  ],
  [
    "a supported-values list that says so",
    refused([
      {
        ...frozen,
        reason: "FieldValueNotSupported",
        message: 'Unsupported value: "a": supported values: field is immutable',
      },
    ]),
  ],
  [
    "a forbidden field for another reason",
    refused([
      {
        reason: "FieldValueForbidden",
        field: "spec.x",
        message: "Forbidden: may not be set\n+ field is immutable",
      },
    ]),
  ],
  [
    "a frozen field beside a duplicate",
    refused([
      frozen,
      { reason: "FieldValueDuplicate", field: "spec.ports[1]", message: 'Duplicate value: "a"' },
    ]),
  ],
])("%s is no immutability", (_, error) => {
  expect(isImmutability(error)).toBe(false);
});

test("a detail never repeats the value", () => {
  const error = refused([{ ...frozen, message: 'Invalid value: "hunter2": field is immutable' }]);
  expect(frozenFieldsOf(error)).toEqual([{ field: "spec.a", detail: "field is immutable" }]);
});
