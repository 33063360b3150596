import { expect, test } from "vitest";
import { asList, asObject, type JsonObject, valueAt } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kubeObject.ts";
import { createInstance, patchInstance, readIndex, readInstance } from "../../reconcile/reconcileWorld.ts";
import type { SmallOperator } from "../../reconcile/smallOperator.ts";
import { sharedService } from "./sharedService.ts";

const service = sharedService();
const { client, kubectl, until, untilPlan } = service;

/** The schema says no type anywhere and mixes them below `either`, which v1 takes from nobody. */
const DEFINITION = `apiVersion: apiextensions.k8s.io/v1beta1
kind: CustomResourceDefinition
metadata: { name: "shelves.{{ .Namespace }}.example.com" }
spec:
  group: "{{ .Namespace }}.example.com"
  version: v1
  scope: Namespaced
  names: { kind: Shelf, plural: shelves, singular: shelf }
  subresources: { status: {} }
  additionalPrinterColumns: [{ name: Size, type: integer, JSONPath: .spec.size }]
  validation:
    openAPIV3Schema:
      properties:
        spec:
          required: [size]
          properties:
            size: { minimum: 1 }
            either: { oneOf: [{ type: string }, { type: integer }] }
`;
const SHELF = `apiVersion: "{{ .Namespace }}.example.com/v1"
kind: Shelf
metadata: { name: "{{ .Name }}" }
spec: { size: {{ .Params.SIZE }}, either: seven, undeclared: { kept: true } }
`;
const WEB = `apiVersion: extensions/v1beta1
kind: Deployment
metadata: { name: "{{ .Name }}" }
spec:
  replicas: {{ .Params.SIZE }}
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: nginx }] }
---
apiVersion: networking.k8s.io/v1beta1
kind: Ingress
metadata: { name: "{{ .Name }}", annotations: { kubernetes.io/ingress.class: old-class } }
spec:
  backend: { serviceName: "{{ .Name }}", servicePort: http }
  rules:
  - host: web.example.com
    http: { paths: [{ path: /shop, backend: { serviceName: "{{ .Name }}", servicePort: 80 } }] }
`;
const BUDGET = `apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: { name: "{{ .Name }}" }
spec: { minAvailable: 1, selector: {} }
`;
const RIGHTS = `apiVersion: rbac.authorization.k8s.io/v1beta1
kind: Role
metadata: { name: "{{ .Name }}" }
rules: [{ apiGroups: [""], resources: [pods], verbs: [list] }]
---
apiVersion: rbac.authorization.k8s.io/v1beta1
kind: RoleBinding
metadata: { name: "{{ .Name }}" }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: "{{ .Name }}" }
subjects: [{ kind: ServiceAccount, name: default, namespace: "{{ .Namespace }}" }]
---
apiVersion: rbac.authorization.k8s.io/v1beta1
kind: ClusterRole
metadata: { name: "{{ .Namespace }}-{{ .Name }}" }
rules: [{ apiGroups: [""], resources: [nodes], verbs: [list] }]
`;
const NIGHTLY = `apiVersion: batch/v1beta1
kind: CronJob
metadata: { name: "{{ .Name }}" }
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec: { template: { spec: { restartPolicy: Never, containers: [{ name: job, image: job }] } } }
`;

/** A package as they were written in 2020, for Kubernetes 1.16 and before. */
const OLD: SmallOperator = {
  parameters: [
    { name: "SIZE", type: "integer", default: 1 },
    { name: "GUARDED", type: "boolean", default: true },
  ],
  tasks: {
    prepare: ["definition.yaml", "rights.yaml"],
    web: ["web.yaml", "shelf.yaml", "nightly.yaml"],
    budget: { kind: "Toggle", spec: { parameter: "GUARDED", resources: ["budget.yaml"] } },
  },
  plans: { deploy: [["prepare"], ["web", "budget"]] },
  templates: {
    "definition.yaml": DEFINITION,
    "rights.yaml": RIGHTS,
    "web.yaml": WEB,
    "shelf.yaml": SHELF,
    "nightly.yaml": NIGHTLY,
    "budget.yaml": BUDGET,
  },
};

const NEW_VERSIONS = {
  ClusterRole: "rbac.authorization.k8s.io/v1",
  CronJob: "batch/v1",
  CustomResourceDefinition: "apiextensions.k8s.io/v1",
  Deployment: "apps/v1",
  Ingress: "networking.k8s.io/v1",
  PodDisruptionBudget: "policy/v1",
  Role: "rbac.authorization.k8s.io/v1",
  RoleBinding: "rbac.authorization.k8s.io/v1",
};

test("a package of 2020 lives on this Kubernetes: deploy, drift, update, toggle, prune, uninstall", async () => {
  const namespace = await service.namespace("old");
  const get = (kind: keyof typeof NEW_VERSIONS | "Shelf"): Promise<KubeObject | undefined> => {
    const apiVersion = kind === "Shelf" ? `${namespace}.example.com/v1` : NEW_VERSIONS[kind];
    if (kind === "CustomResourceDefinition")
      return client.get({ apiVersion, kind, name: `shelves.${namespace}.example.com` });
    if (kind === "ClusterRole") return client.get({ apiVersion, kind, name: `${namespace}-web` });
    return client.get({ apiVersion, kind, namespace, name: "web" });
  };
  await createInstance(client, { namespace, name: "web" }, await service.publish(namespace, OLD));
  const first = await untilPlan(namespace, "web", "deploy");

  // What is there, and under which names it is known.
  const index = await readIndex(client, namespace, "web");
  expect(Object.fromEntries((index?.entries ?? []).map(({ ref }) => [ref.kind, ref.apiVersion]))).toEqual({
    ...NEW_VERSIONS,
    Shelf: `${namespace}.example.com/v1`,
  });
  expect(await get("Shelf")).toMatchObject({
    spec: { size: 1, either: "seven", undeclared: { kept: true } },
  });
  expect(await get("Deployment")).toMatchObject({
    spec: { selector: { matchLabels: { app: "web" } } },
    status: { readyReplicas: 1 },
  });
  expect(await get("Ingress")).toMatchObject({
    spec: {
      ingressClassName: "old-class",
      defaultBackend: { service: { name: "web", port: { name: "http" } } },
      rules: [{ http: { paths: [{ path: "/shop", backend: { service: { port: { number: 80 } } } }] } }],
    },
  });
  const columns = await kubectl("-n", namespace, "get", `shelves.${namespace}.example.com`);
  expect(columns).toMatch(/^NAME +SIZE\nweb +1\n/);
  const budget = await until("the budget is counted", async () => {
    const found = await get("PodDisruptionBudget");
    return valueAt(found, "status", "observedGeneration") === undefined ? undefined : found;
  });
  // An empty selector chose nothing then; it would choose all pods now.
  expect(valueAt(budget, "status", "expectedPods")).toBe(0);
  expect(await rowOf(namespace)).toMatchObject({ health: "Healthy" });
  expect(asList((await driftOf(namespace)).objects)).toEqual([]);

  // Drift is seen on the object as it is stored, and taken back.
  await kubectl("-n", namespace, "scale", "deployment", "web", "--replicas=3");
  const field = await until("the drift", async () => fieldsOf(await driftOf(namespace))[0]);
  expect(field).toMatchObject({ pointer: "/spec/replicas", desired: 1, live: 3, manager: "kubectl" });
  expect((await service.call("POST", `/api/v1/instances/${namespace}/web/reconcile`)).ok).toBe(true);
  await until("one replica", async () => valueAt(await get("Deployment"), "spec", "replicas") === 1);

  // An update changes what it says, and makes nothing anew.
  const uids = await Promise.all([get("Deployment"), get("Ingress"), get("Shelf")]);
  await patchInstance(client, namespace, "web", { spec: { parameters: { SIZE: "2" } } });
  const second = await untilPlan(namespace, "web", "deploy", { before: first.uid });
  expect(valueAt(await get("Deployment"), "status", "readyReplicas")).toBe(2);
  expect(valueAt(await get("Shelf"), "spec", "size")).toBe(2);
  const after = await Promise.all([get("Deployment"), get("Ingress"), get("Shelf")]);
  expect(after.map((object) => object?.metadata.uid)).toEqual(uids.map((object) => object?.metadata.uid));

  // Off and on again.
  await patchInstance(client, namespace, "web", { spec: { parameters: { GUARDED: "false" } } });
  const third = await untilPlan(namespace, "web", "deploy", { before: second.uid });
  expect(await get("PodDisruptionBudget")).toBeUndefined();
  await patchInstance(client, namespace, "web", { spec: { parameters: { GUARDED: "true" } } });
  await untilPlan(namespace, "web", "deploy", { before: third.uid });
  expect(await get("PodDisruptionBudget")).toBeDefined();

  // The next version has no nightly job any more.
  const { deploy = [] } = OLD.plans;
  const next = await service.publish(namespace, {
    ...OLD,
    version: "1.1.0",
    tasks: { ...OLD.tasks, web: ["web.yaml", "shelf.yaml"] },
    plans: { deploy, upgrade: deploy },
  });
  await patchInstance(client, namespace, "web", { spec: { operatorVersion: { name: next } } });
  await untilPlan(namespace, "web", "upgrade");
  await until("the nightly job is pruned", async () => (await get("CronJob")) === undefined);

  await kubectl("-n", namespace, "delete", "instance.kudo.dev", "web", "--timeout=40s");
  for (const kind of Object.keys(NEW_VERSIONS)) expect(await get(kind as "Role"), kind).toBeUndefined();
});

test("what has no successor ends the plan before anything is written, and says when its version went", async () => {
  const namespace = await service.namespace("policy");
  const operator: SmallOperator = {
    tasks: { all: ["policy.yaml", "rights.yaml"] },
    plans: { deploy: [["all"]] },
    templates: {
      "policy.yaml":
        'apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata: { name: "{{ .Name }}" }\n',
      "rights.yaml": RIGHTS,
    },
  };
  await createInstance(client, { namespace, name: "web" }, await service.publish(namespace, operator));
  const plan = await untilPlan(namespace, "web", "deploy", { status: "FATAL_ERROR" });
  expect(JSON.stringify(plan)).toContain(
    "templates/policy.yaml: PodSecurityPolicy/web: policy/v1beta1 PodSecurityPolicy was removed in Kubernetes 1.25 and has no successor",
  );
  const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", namespace, name: "web" };
  expect(await client.get(role)).toBeUndefined();
  expect((await readInstance(client, namespace, "web"))?.planStatus.deploy?.status).toBe("FATAL_ERROR");
});

async function get(path: string): Promise<JsonObject> {
  const response = await service.call("GET", path);
  return response.ok ? asObject(await response.json()) : {};
}

async function rowOf(namespace: string): Promise<JsonObject | undefined> {
  const { instances } = await get(`/status?namespace=${namespace}`);
  return asList(instances).map(asObject)[0];
}

function driftOf(namespace: string): Promise<JsonObject> {
  return get(`/api/v1/instances/${namespace}/web/drift`);
}

function fieldsOf(report: JsonObject): readonly JsonObject[] {
  return asList(report.objects).flatMap((object) => asList(asObject(object).fields).map(asObject));
}
