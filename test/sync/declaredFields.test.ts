import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import { DEFAULT_SYNC_OPTIONS, type InstanceFile } from "../../src/package/instanceFile.ts";
import { declaredDigest, ownedDigest } from "../../src/sync/declaredFields.ts";
import {
  declareInstance,
  prunesByAnnotation,
  syncAnnotation,
  withRevision,
} from "../../src/sync/declareObjects.ts";

const file: InstanceFile = {
  namespace: "ns",
  name: "a",
  operatorVersion: { name: "demo-0.1.0" },
  parameters: { SIZE: "3", NAME: "x" },
  labels: { team: "db" },
  annotations: { note: "hello" },
  sync: DEFAULT_SYNC_OPTIONS,
  file: "instances/a.yaml",
  line: 1,
};
const digest = (change: Partial<InstanceFile> = {}, packageDigest: string | null = "sha256:1"): string =>
  declaredDigest(declareInstance({ ...file, ...change }, "fleet", packageDigest ?? undefined));

/** As deep as the changes of this test go. */
interface Stored {
  metadata: { annotations: Record<string, string>; managedFields: { fieldsV1: OwnedFields }[] };
  spec: { parameters: Record<string, string> };
  status?: unknown;
}
interface OwnedFields {
  "f:spec": { "f:parameters": Record<string, unknown> };
}

/** The object as a server stores it: with what sync owns in managedFields, and what others added. */
function live(change: (object: Stored) => void = () => {}): KubeObject {
  const declared = withRevision(declareInstance(file, "fleet", "sha256:1"), "r1");
  const managedFields = [
    {
      manager: "lockstep-sync",
      operation: "Apply",
      fieldsV1: {
        "f:metadata": {
          "f:labels": { "f:team": {} },
          "f:annotations": {
            "f:note": {},
            "f:lockstep.dev/sync": {},
            "f:lockstep.dev/source": {},
            "f:lockstep.dev/revision": {},
            "f:lockstep.dev/package-digest": {},
          },
          "f:finalizers": { 'v:"lockstep.dev/prune"': {} },
        },
        "f:spec": { "f:operatorVersion": { "f:name": {} }, "f:parameters": { "f:SIZE": {}, "f:NAME": {} } },
      },
    },
    {
      manager: "kubectl",
      operation: "Update",
      fieldsV1: { "f:spec": { "f:parameters": { "f:OTHER": {} } } },
    },
    {
      manager: "lockstep-sync",
      operation: "Update",
      subresource: "status",
      fieldsV1: { "f:status": {} },
    },
  ];
  const stored = structuredClone({
    ...declared,
    metadata: { ...declared.metadata, uid: "1", resourceVersion: "7", managedFields },
  });
  change(stored as unknown as Stored);
  return stored;
}

describe("what sync owns of a live object", () => {
  test("has the digest of what was declared", () => {
    expect(ownedDigest(live())).toBe(digest());
  });

  test.each([
    [
      "another revision",
      (o: Stored) => Object.assign(o.metadata.annotations, { "lockstep.dev/revision": "r9" }),
    ],
    ["a parameter that somebody added", (o: Stored) => Object.assign(o.spec.parameters, { OTHER: "1" })],
    ["a status", (o: Stored) => Object.assign(o, { status: { planStatus: {} } })],
  ])("is not changed by %s", (_name, change) => {
    expect(ownedDigest(live(change))).toBe(digest());
  });

  test.each([
    ["a value that somebody changed", (o: Stored) => Object.assign(o.spec.parameters, { SIZE: "4" })],
    ["a parameter that somebody removed", (o: Stored) => delete o.spec.parameters.SIZE],
    [
      "a field that somebody took over",
      (o: Stored) => delete o.metadata.managedFields[0]?.fieldsV1["f:spec"]["f:parameters"]["f:SIZE"],
    ],
  ])("is changed by %s", (_name, change) => {
    expect(ownedDigest(live(change))).not.toBe(digest());
  });

  test("is undefined when sync never applied it", () => {
    expect(ownedDigest({ apiVersion: "v1", kind: "X", metadata: { name: "x" } })).toBeUndefined();
  });
});

describe("the digest of a declaration", () => {
  test.each<[string, Partial<InstanceFile>]>([
    ["the place of the file", { file: "other.yaml", line: 9 }],
    ["the order of parameters", { parameters: { NAME: "x", SIZE: "3" } }],
    ["name and namespace", { name: "b", namespace: "other" }],
  ])("does not follow %s", (_name, change) => {
    expect(digest(change)).toBe(digest());
  });

  test.each<[string, Partial<InstanceFile>]>([
    ["a parameter", { parameters: { SIZE: "4", NAME: "x" } }],
    ["a parameter less", { parameters: { SIZE: "3" } }],
    ["a label", { labels: {} }],
    ["an annotation", { annotations: { note: "bye" } }],
    ["the operator version", { operatorVersion: { name: "demo-0.2.0" } }],
    ["a sync option", { sync: { ...DEFAULT_SYNC_OPTIONS, suspend: true } }],
  ])("follows %s", (_name, change) => {
    expect(digest(change)).not.toBe(digest());
  });

  test("follows the package", () => {
    expect(digest({}, "sha256:2")).not.toBe(digest());
    expect(digest({}, null)).not.toBe(digest());
  });
});

test.each([
  [{}, "{}"],
  [{ suspend: true }, '{"suspend":true}'],
  [{ prune: false, parameterFiles: ["../a.yaml"] }, '{"parameterFiles":["../a.yaml"],"prune":false}'],
])("the sync options %j are the annotation %s", (options, text) => {
  expect(syncAnnotation({ ...DEFAULT_SYNC_OPTIONS, ...options })).toBe(text);
});

test.each([
  [undefined, true],
  ["{}", true],
  ['{"prune":false}', false],
  ['{"prune":true}', true],
  ["not json", false],
])("an instance with the annotation %j is pruned: %j", (annotation, expected) => {
  expect(prunesByAnnotation(annotation)).toBe(expected);
});
