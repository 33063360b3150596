import { describe, expect, test } from "vitest";
import { APPLY, APPS, DEFAULT, MERGE, sandboxForTests, workload } from "./sandboxFixture.ts";

const { call, create, get, merge, remove, apply } = sandboxForTests({ controllers: false });
const MAPS = `${DEFAULT}/configmaps`;
const named = (name: string, rest = {}) => ({ metadata: { name }, ...rest });

describe("refusals of a create", () => {
  test.each([
    [
      "a bad name",
      MAPS,
      named("A_b"),
      422,
      /^ConfigMap "A_b" is invalid: metadata.name: Invalid value: "A_b": a lowercase RFC 1123 subdomain/,
    ],
    ["no name", MAPS, { metadata: {} }, 422, /name or generateName is required/],
    [
      "another namespace",
      MAPS,
      { metadata: { name: "a", namespace: "x" } },
      400,
      /does not match the namespace sent/,
    ],
    [
      "another kind",
      MAPS,
      { kind: "Pod", ...named("a") },
      400,
      /^Pod in version "v1" cannot be handled as a ConfigMap/,
    ],
    [
      "a version",
      MAPS,
      { metadata: { name: "a", resourceVersion: "1" } },
      500,
      /^resourceVersion should not be set/,
    ],
    ["a list", MAPS, [], 400, /^the object provided is unrecognized/],
    [
      "a missing namespace",
      "/api/v1/namespaces/nope/configmaps",
      named("a"),
      404,
      /^namespaces "nope" not found$/,
    ],
    [
      "a bad label",
      MAPS,
      { metadata: { name: "a", labels: { "a b": "" } } },
      422,
      /metadata.labels: Invalid value: "a b": name part/,
    ],
    [
      "a bad finalizer",
      MAPS,
      { metadata: { name: "a", finalizers: ["x"] } },
      422,
      /neither a standard finalizer/,
    ],
    ["a bad key", MAPS, named("a", { data: { "a b": "" } }), 422, /data\[a b\]: Invalid value/],
    [
      "bad base64",
      `${DEFAULT}/secrets`,
      named("a", { data: { a: "!!" } }),
      400,
      /illegal base64 data at input byte 0/,
    ],
    ["no selector", `${APPS}/deployments`, named("a", { spec: {} }), 422, /spec.selector: Required value/],
    ["no ports", `${DEFAULT}/services`, named("a", { spec: {} }), 422, /spec.ports: Required value$/],
    [
      "a taken address",
      `${DEFAULT}/services`,
      named("a", { spec: { clusterIP: "10.96.0.1", ports: [{ port: 1 }] } }),
      422,
      /provided IP is already allocated/,
    ],
    [
      "no request",
      `${DEFAULT}/persistentvolumeclaims`,
      named("a", { spec: {} }),
      422,
      /at least 1 access mode is required/,
    ],
    [
      "no restart policy",
      "/apis/batch/v1/namespaces/default/jobs",
      named("a", { spec: { template: { spec: { containers: [{ name: "c", image: "i" }] } } } }),
      422,
      /restartPolicy: Required value/,
    ],
  ])("%s", async (_name, path, body, code, message) => {
    const answer = await create(path, body);
    expect(answer.body.message).toMatch(message);
    expect(answer.code).toBe(code);
    expect(answer.body).toMatchObject({ kind: "Status", apiVersion: "v1", status: "Failure", code });
  });

  test("a second one of the same name", async () => {
    await create(MAPS, named("twice"));
    const { code, body } = await create(MAPS, named("twice"));
    expect(code).toBe(409);
    expect(body).toMatchObject({
      reason: "AlreadyExists",
      message: 'configmaps "twice" already exists',
      details: { name: "twice", kind: "configmaps" },
    });
  });

  test("more than three megabytes", async () => {
    expect((await create(MAPS, named("big", { data: { a: "x".repeat(3_200_000) } }))).code).toBe(413);
  });
});

describe("what may not change", () => {
  test.each([
    [
      "a StatefulSet's service",
      `${APPS}/statefulsets`,
      workload("StatefulSet", "fixed", { serviceName: "a" }),
      { spec: { serviceName: "b" } },
      /updates to statefulset spec for fields other than/,
    ],
    [
      "a DaemonSet's selector",
      `${APPS}/daemonsets`,
      workload("DaemonSet", "fixed"),
      { spec: { selector: { matchLabels: { b: "c" } }, template: { metadata: { labels: { b: "c" } } } } },
      /spec.selector: Invalid value: .* field is immutable/,
    ],
    [
      "a Service's address",
      `${DEFAULT}/services`,
      named("fixed", { spec: { ports: [{ port: 1 }] } }),
      { spec: { clusterIP: "10.96.9.9" } },
      /spec.clusterIPs\[0\]: Invalid value: \["10.96.9.9"\]: may not change once set/,
    ],
    [
      "a Secret's type",
      `${DEFAULT}/secrets`,
      named("fixed"),
      { type: "other" },
      /type: Invalid value: "other": field is immutable/,
    ],
    [
      "an immutable ConfigMap",
      MAPS,
      named("fixed", { immutable: true, data: { a: "b" } }),
      { data: { a: "c" } },
      /data: Forbidden: field is immutable when `immutable` is set/,
    ],
    [
      "a claim's modes",
      `${DEFAULT}/persistentvolumeclaims`,
      named("fixed", {
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
      }),
      { spec: { accessModes: ["ReadOnlyMany"] } },
      /spec is immutable after creation/,
    ],
  ])("%s", async (_name, path, body, change, message) => {
    expect((await create(path, body)).code).toBe(201);
    const answer = await merge(`${path}/fixed`, change);
    expect(answer.code).toBe(422);
    expect(answer.body.message).toMatch(message);
  });
});

describe("writes", () => {
  test("a stale version is a conflict", async () => {
    await create(MAPS, named("stale"));
    const { code, body } = await call("PUT", `${MAPS}/stale`, {
      body: { metadata: { name: "stale", resourceVersion: "1" } },
    });
    expect(code).toBe(409);
    expect(body.message).toBe(
      'Operation cannot be fulfilled on configmaps "stale": the object has been modified; please apply your changes to the latest version and try again',
    );
  });

  test("a write of nothing new is no write", async () => {
    const { body } = await create(MAPS, named("same", { data: { a: "b" } }));
    const again = await call("PUT", `${MAPS}/same`, { body });
    expect(again.body.metadata.resourceVersion).toBe(body.metadata.resourceVersion);
  });

  test("a dry run stores nothing and answers as if it had", async () => {
    const { code, body } = await create(`${MAPS}?dryRun=All`, named("dry"));
    expect(code).toBe(201);
    expect(body.metadata.uid).toBeDefined();
    expect(body.metadata.resourceVersion).toBeUndefined();
    expect((await get(`${MAPS}/dry`)).code).toBe(404);
  });

  test("status and spec have their own endpoints", async () => {
    const path = `${APPS}/deployments/parts`;
    await create(`${APPS}/deployments`, { ...workload("Deployment", "parts"), status: { replicas: 9 } });
    const { body: made } = await get(path);
    expect(made.status).toEqual({});
    const status = await merge(`${path}/status`, { status: { replicas: 4 }, spec: { replicas: 7 } });
    expect(status.body).toMatchObject({
      metadata: { generation: 1 },
      spec: { replicas: 1 },
      status: { replicas: 4 },
    });
    const spec = await merge(path, { status: { replicas: 5 }, spec: { replicas: 7 } });
    expect(spec.body).toMatchObject({
      metadata: { generation: 2 },
      spec: { replicas: 7 },
      status: { replicas: 4 },
    });
  });

  test("scale reads and writes the replicas alone", async () => {
    const path = `${APPS}/deployments/scaled`;
    await create(`${APPS}/deployments`, workload("Deployment", "scaled", { replicas: 2 }));
    const { body } = await get(`${path}/scale`);
    expect(body).toMatchObject({ kind: "Scale", spec: { replicas: 2 }, status: { selector: "app=scaled" } });
    const scaled = await call("PATCH", `${path}/scale?fieldManager=someone`, {
      body: { spec: { replicas: 5 } },
      type: MERGE,
    });
    expect(scaled.body.spec.replicas).toBe(5);
    const { body: after } = await get(path);
    expect(after.spec.replicas).toBe(5);
    expect(after.metadata.managedFields).toContainEqual(
      expect.objectContaining({
        manager: "someone",
        subresource: "scale",
        fieldsV1: { "f:spec": { "f:replicas": {} } },
      }),
    );
  });

  test("an apply needs a manager, and its names must agree", async () => {
    const nameless = await call("PATCH", `${MAPS}/x`, { body: {}, type: APPLY });
    expect(nameless.body.message).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
    const other = await apply(`${MAPS}/x`, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "y" } });
    expect(other).toMatchObject({
      code: 400,
      body: { message: "the name of the object (y) does not match the name on the URL (x)" },
    });
    expect(
      (
        await apply(
          `${MAPS}/x`,
          { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" } },
          "m".repeat(129),
        )
      ).code,
    ).toBe(422);
  });

  test("a YAML body is read", async () => {
    const { code, body } = await call("PATCH", `${MAPS}/yaml?fieldManager=a`, {
      type: APPLY,
      body: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\ndata:\n  a: "0755"\n',
    });
    expect(code).toBe(201);
    expect(body.data).toEqual({ a: "0755" });
  });

  test("unknown fields are dropped with a warning, or refused when asked", async () => {
    const loose = await create(MAPS, named("loose", { unheard: 1 }));
    expect(loose.headers.get("warning")).toContain('unknown field \\"unheard\\"');
    expect(loose.body.unheard).toBeUndefined();
    expect((await create(`${MAPS}?fieldValidation=Strict`, named("strict", { unheard: 1 }))).code).toBe(400);
  });

  test("versions of one kind are one object", async () => {
    const v1 = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
    const spec = { maxReplicas: 3, scaleTargetRef: { kind: "Deployment", name: "x", apiVersion: "apps/v1" } };
    expect(
      (await create(v1, named("scaler", { spec: { ...spec, targetCPUUtilizationPercentage: 70 } }))).code,
    ).toBe(201);
    const { body } = await get("/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers/scaler");
    expect(body.spec.metrics[0].resource.target.averageUtilization).toBe(70);
    expect((await get(`${v1}/scaler`)).body.spec.targetCPUUtilizationPercentage).toBe(70);
  });
});

describe("deletes", () => {
  test("preconditions are checked", async () => {
    await create(MAPS, named("guarded"));
    const { code, body } = await remove(`${MAPS}/guarded`, { preconditions: { uid: "other" } });
    expect(code).toBe(409);
    expect(body.message).toContain("the UID in the precondition (other) does not match the UID in record");
  });

  test("a finalizer keeps the object until it is taken away", async () => {
    const path = `${MAPS}/held`;
    await create(MAPS, { metadata: { name: "held", finalizers: ["example.com/hold"] } });
    const { body } = await remove(path);
    expect(body.metadata.deletionTimestamp).toBeDefined();
    const added = await merge(path, { metadata: { finalizers: ["example.com/hold", "example.com/more"] } });
    expect(added.body.message).toContain("no new finalizers can be added if the object is being deleted");
    await merge(path, { metadata: { finalizers: null } });
    expect((await get(path)).code).toBe(404);
  });

  test("a collection goes by selector", async () => {
    for (const name of ["one", "two", "three"]) {
      await create(MAPS, { metadata: { name, labels: { group: name === "three" ? "b" : "a" } } });
    }
    await call("DELETE", `${MAPS}?labelSelector=group%3Da`);
    const { body } = await get(`${MAPS}?labelSelector=group`);
    expect(body.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(["three"]);
  });

  test("kube-system stays", async () => {
    expect((await remove("/api/v1/namespaces/kube-system")).code).toBe(403);
  });
});
