import { expect, test } from "vitest";
import { attribute } from "../../src/drift/attribute.ts";
import type { FieldPath, PathSegment } from "../../src/drift/fieldPath.ts";
import type { JsonObject, JsonValue } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";

const OURS = "lockstep/ns/web";
const f = (name: string): PathSegment => ({ kind: "field", name });
const k = (keys: JsonObject): PathSegment => ({ kind: "key", keys, index: 0 });
const v = (value: JsonValue): PathSegment => ({ kind: "value", value, index: 0 });

const live: KubeObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: {
    name: "web",
    managedFields: [
      entry(OURS, "2026-11-21T09:00:00Z", {
        "f:spec": {
          "f:template": { "f:spec": { "f:containers": { 'k:{"name":"web"}': { "f:image": {} } } } },
        },
      }),
      {
        manager: "kubectl",
        operation: "Update",
        subresource: "scale",
        fieldsV1: { "f:spec": { "f:replicas": {} } },
      },
      entry("kubectl-edit", "2026-11-21T10:00:00Z", {
        "f:metadata": { "f:labels": { "f:team": {} }, "f:finalizers": { 'v:"x/y"': {} } },
        "f:spec": {
          "f:selector": {},
          "f:template": {
            "f:spec": {
              "f:containers": {
                'k:{"name":"web"}': {
                  "f:image": {},
                  "f:ports": { 'k:{"containerPort":80,"protocol":"TCP"}': { ".": {}, "f:name": {} } },
                },
              },
            },
          },
        },
      }),
      entry("robot", "2026-11-21T11:00:00Z", { "f:metadata": { "f:labels": { ".": {}, "f:team": {} } } }),
      entry("broken", "2026-11-21T12:00:00Z", { "f:spec": { "f:template": { "k:{": {} } } }),
    ],
  },
};

test.each<readonly [name: string, path: FieldPath, manager: string | null, time: string | null]>([
  ["kubectl scale leaves no time", [f("spec"), f("replicas")], "kubectl", null],
  [
    "a field in a keyed list",
    [f("spec"), f("template"), f("spec"), f("containers"), k({ name: "web" }), f("image")],
    "kubectl-edit",
    "2026-11-21T10:00:00Z",
  ],
  [
    "keys in any order",
    [
      ...[f("spec"), f("template"), f("spec"), f("containers"), k({ name: "web" }), f("ports")],
      ...[k({ protocol: "TCP", containerPort: 80 }), f("name")],
    ],
    "kubectl-edit",
    "2026-11-21T10:00:00Z",
  ],
  ["the last of two writers", [f("metadata"), f("labels"), f("team")], "robot", "2026-11-21T11:00:00Z"],
  ["a value of a set", [f("metadata"), f("finalizers"), v("x/y")], "kubectl-edit", "2026-11-21T10:00:00Z"],
  [
    "a part of what is owned as a whole",
    [f("spec"), f("selector"), f("matchLabels"), f("app")],
    "kubectl-edit",
    "2026-11-21T10:00:00Z",
  ],
  ["a field that nobody owns", [f("spec"), f("paused")], null, null],
  ["owning a map is not owning its members", [f("metadata"), f("labels"), f("other")], null, null],
  [
    "an item that is not there",
    [f("spec"), f("template"), f("spec"), f("containers"), k({ name: "other" })],
    null,
    null,
  ],
])("%s", (_name, path, manager, time) => {
  expect(attribute(live, path, OURS)).toEqual({ manager, time });
});

test("an object without managedFields knows nobody", () => {
  const bare = { apiVersion: "v1", kind: "ConfigMap", metadata: {} };
  expect(attribute(bare, [f("data")], OURS)).toEqual({ manager: null, time: null });
});

function entry(manager: string, time: string, fieldsV1: JsonObject): JsonObject {
  return { manager, operation: "Update", time, fieldsType: "FieldsV1", fieldsV1 };
}
