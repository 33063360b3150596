import { expect, test } from "vitest";
import { judgeRecreate } from "../../src/apply/judgeRecreate.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";

function object(type: string, word?: string): KubeObject {
  const at = type.lastIndexOf("/");
  const annotations = word === undefined ? {} : { annotations: { "lockstep.dev/recreate": word } };
  return {
    apiVersion: type.slice(0, at),
    kind: type.slice(at + 1),
    metadata: { name: "a", namespace: "ns", ...annotations },
  };
}

interface Row {
  readonly type: string;
  readonly template?: string;
  readonly live?: string;
  readonly adopted?: boolean;
  readonly allowed: boolean;
}

test.each<Row>([
  { type: "batch/v1/Job", allowed: true },
  { type: "apps/v1/Deployment", allowed: true },
  { type: "v1/ConfigMap", allowed: true },
  { type: "v1/Service", allowed: true },
  { type: "rbac.authorization.k8s.io/v1/ClusterRoleBinding", allowed: true },
  { type: "storage.k8s.io/v1/StorageClass", allowed: true },
  { type: "batch/v1/Job", adopted: true, allowed: false },
  { type: "batch/v1/Job", adopted: true, template: "true", allowed: true },
  { type: "batch/v1/Job", template: "false", allowed: false },
  { type: "batch/v1/Job", template: "true", live: "false", allowed: false },
  { type: "batch/v1/Job", template: "yes", allowed: true },
  { type: "apps/v1/StatefulSet", allowed: false },
  { type: "apps/v1/StatefulSet", template: "yes", allowed: false },
  { type: "apps/v1/StatefulSet", live: "true", allowed: false },
  { type: "apps/v1/StatefulSet", template: "true", allowed: true },
  { type: "v1/PersistentVolumeClaim", allowed: false },
  { type: "v1/PersistentVolumeClaim", template: "true", allowed: true },
  { type: "v1/PersistentVolume", allowed: false },
  { type: "v1/Namespace", allowed: false },
  { type: "apiextensions.k8s.io/v1/CustomResourceDefinition", allowed: false },
  { type: "apiextensions.k8s.io/v1/CustomResourceDefinition", template: "true", allowed: true },
  { type: "databases.example/v1/Cluster", allowed: false },
  { type: "databases.example/v1/Cluster", template: "true", allowed: true },
])("$type, template says $template, live says $live, adopted $adopted: $allowed", (row) => {
  const { type, template, live, adopted = false, allowed } = row;
  const verdict = judgeRecreate(object(type, template), object(type, live), adopted);
  expect(verdict.kind).toBe(allowed ? "allowed" : "refused");
});

test("a refusal says what would allow it", () => {
  const verdict = judgeRecreate(object("apps/v1/StatefulSet"), object("apps/v1/StatefulSet"), false);
  expect(verdict).toMatchObject({ reason: expect.stringContaining('lockstep.dev/recreate: "true"') });
});
