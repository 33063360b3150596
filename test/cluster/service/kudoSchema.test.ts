import { expect, test } from "vitest";
import { isClusterError } from "../../../src/cluster/clusterError.ts";
import type { JsonObject, JsonValue } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kubeObject.ts";
import { refOf } from "../../../src/object/objectRef.ts";
import { includes } from "../../../src/sync/installCrds.ts";
import { sharedService } from "./sharedService.ts";

const service = sharedService();
const { client } = service;

const REFERENCE = {
  apiVersion: "kudo.dev/v1beta1",
  kind: "Operator",
  name: "pg",
  namespace: "ns",
  uid: "u",
  resourceVersion: "7",
  fieldPath: "spec",
};
const EVERY_TASK_FIELD = {
  resources: ["a.yaml"],
  pod: "pod.yaml",
  pipe: [
    { file: "/tmp/a", kind: "Secret", key: "a" },
    { envFile: "/tmp/b", kind: "ConfigMap", key: "b" },
  ],
  parameter: "FLAG",
  wantErr: true,
  fatal: true,
  done: true,
  package: "child",
  instanceName: "kid",
  appVersion: "1.0",
  operatorVersion: "0.1.0",
  parameterFile: "child.yaml",
};
const PLAN_STATUS = {
  name: "deploy",
  status: "IN_PROGRESS",
  message: "m",
  uid: "6f3c",
  lastUpdatedTimestamp: "2021-05-04T10:11:12Z",
  phases: [
    { name: "p", status: "ERROR", message: "m", steps: [{ name: "s", status: "ERROR", message: "m" }] },
  ],
};

/** Specs as client-go writes them: zero values and all. */
const SPECS: readonly (readonly [string, string, JsonObject])[] = [
  [
    "§8 an Operator with every field",
    "Operator",
    {
      description: "d",
      kudoVersion: "0.19.0",
      kubernetesVersion: "1.16.0",
      maintainers: [{ name: "a", email: "a@example.com" }, { name: "b" }],
      url: "https://example.com",
      namespaceManifest: "ns.yaml",
    },
  ],
  ["§8 an empty Operator", "Operator", {}],
  [
    "§8 an OperatorVersion with every field",
    "OperatorVersion",
    {
      operator: REFERENCE,
      version: "0.1.0",
      appVersion: "12.4",
      connectionString: "pg://{{ .Name }}",
      upgradableFrom: [REFERENCE],
      templates: { "a.yaml": "a: 1\n", "dir/b.yaml": "" },
      tasks: [{ name: "all", kind: "Apply", spec: EVERY_TASK_FIELD }],
      parameters: [
        {
          name: "P",
          displayName: "D",
          description: "d",
          required: true,
          default: "",
          trigger: "deploy",
          "value-type": "array",
          immutable: true,
          enum: ["", "- 1\n"],
        },
        { name: "Q", required: false },
      ],
      plans: {
        deploy: {
          strategy: "serial",
          phases: [{ name: "p", strategy: "parallel", steps: [{ name: "s", tasks: ["all"] }] }],
        },
        empty: { strategy: "", phases: [] },
      },
    },
  ],
  [
    "§8 an OperatorVersion with null where Go writes it",
    "OperatorVersion",
    {
      operator: { name: "pg", kind: "Operator" },
      version: "0.1.0",
      tasks: [
        {
          name: "t",
          kind: "Dummy",
          spec: { wantErr: false, fatal: false, done: false, resources: null, pipe: null },
        },
      ],
      plans: { deploy: { strategy: "serial", phases: null } },
    },
  ],
  ["§8 an OperatorVersion without plans", "OperatorVersion", { operator: { name: "pg" }, plans: null }],
  [
    "§8 an Instance with every field",
    "Instance",
    {
      operatorVersion: { ...REFERENCE, kind: "OperatorVersion", name: "absent-1.0.0" },
      parameters: { A: "", B: "1", C: "- 1\n" },
      planExecution: { planName: "deploy", uid: "6f3c", status: "NEVER_RUN" },
    },
  ],
  [
    "§8 an Instance with an empty plan execution",
    "Instance",
    { operatorVersion: { name: "absent-1.0.0" }, planExecution: {} },
  ],
];

test.concurrent.each(SPECS)("%s comes back as it was written", async (_rule, kind, spec) => {
  const namespace = await service.namespace("schema");
  const object = { ...bare(kind, namespace), spec, status: {} } as KubeObject;
  await client.create(object, { fieldManager: "kubectl-kudo" });
  const live = await client.get(refOf(object));
  expect(live?.spec).toEqual(spec);
});

test.concurrent("§8 the status of an Instance comes back as it was written", async () => {
  const namespace = await service.namespace("schema");
  const object = {
    ...bare("Instance", namespace),
    spec: { operatorVersion: { name: "absent-1.0.0" } },
  } as KubeObject;
  const status = {
    planStatus: {
      deploy: PLAN_STATUS,
      backup: { name: "backup", status: "NEVER_RUN", lastUpdatedTimestamp: null },
    },
    conditions: [
      {
        type: "example.com/Foreign",
        status: "Unknown",
        reason: "PlanInProgress",
        message: "",
        lastTransitionTime: "2021-05-04T10:11:12Z",
        observedGeneration: 3,
      },
    ],
  };
  await client.create(object, { fieldManager: "kubectl-kudo" });
  const written = await client.patch(refOf(object), "merge", { status } as JsonObject, {
    subresource: "status",
    fieldManager: "manager",
  });
  // In a merge patch null takes a field away.
  const { backup, ...others } = status.planStatus;
  const { lastUpdatedTimestamp: _, ...untimed } = backup;
  expect(includes(written.status, { ...status, planStatus: { ...others, backup: untimed } })).toBe(true);
});

test.concurrent.each<[string, string, string, JsonValue]>([
  ["§8 a parameter that is no text", "Instance", "spec", { parameters: { A: 1 } }],
  ["§8 a reference that is text", "Instance", "spec", { operatorVersion: "pg-0.1.0" }],
  ["§8 parameters as a list", "Instance", "spec", { parameters: ["A"] }],
  ["§8 a default that is no text", "OperatorVersion", "spec", { parameters: [{ name: "P", default: 3 }] }],
  ["§8 tasks as a mapping", "OperatorVersion", "spec", { tasks: { app: {} } }],
  ["§8 a flag that is text", "OperatorVersion", "spec", { tasks: [{ spec: { done: "yes" } }] }],
  ["§8 phases as a mapping", "OperatorVersion", "spec", { plans: { deploy: { phases: {} } } }],
  ["§8 a template that is no text", "OperatorVersion", "spec", { templates: { "a.yaml": { a: 1 } } }],
  ["§8 maintainers as text", "Operator", "spec", { maintainers: ["a"] }],
])("%s is refused", async (_rule, kind, part, value) => {
  const namespace = await service.namespace("schema");
  const refused = client.create({ ...bare(kind, namespace), [part]: value } as KubeObject);
  await expect(refused).rejects.toSatisfy((error) => isClusterError(error, "invalid", "badRequest"));
});

test.concurrent.each<[string, JsonObject]>([
  ["§8 a condition without a reason", { type: "A", status: "True", message: "" }],
  ["§8 a condition with another status", { type: "A", status: "yes", reason: "R", message: "" }],
  ["§8 a condition whose reason has blanks", { type: "A", status: "True", reason: "a b", message: "" }],
])("%s is refused", async (_rule, condition) => {
  const namespace = await service.namespace("schema");
  const object = { ...bare("Instance", namespace), spec: {} } as KubeObject;
  await client.create(object);
  const conditions = [{ lastTransitionTime: "2021-05-04T10:11:12Z", ...condition }];
  const refused = client.patch(refOf(object), "merge", { status: { conditions } }, { subresource: "status" });
  await expect(refused).rejects.toSatisfy((error) => isClusterError(error, "invalid"));
});

function bare(kind: string, namespace: string): Pick<KubeObject, "apiVersion" | "kind" | "metadata"> {
  return {
    apiVersion: "kudo.dev/v1beta1",
    kind,
    metadata: { namespace, name: "x", creationTimestamp: null as unknown as string },
  };
}
