import { expect, test } from "vitest";
import type { ApplyOptions } from "../../src/cluster/clusterClient.ts";
import { ClusterError } from "../../src/cluster/clusterError.ts";
import { detectDrift } from "../../src/drift/detectDrift.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";

const SEEN = "2026-11-21T10:00:00Z";
const MANAGER = "lockstep/ns/galera";

test("an object as declared costs no request", async () => {
  const client = clientOf({});
  const live = statefulSet({ replicas: 3, podManagementPolicy: "OrderedReady" });
  expect(await detect(client, statefulSet({ replicas: 3 }), live)).toBeUndefined();
  expect(client.calls).toEqual([]);
});

test("a difference is confirmed by one dry run and attributed", async () => {
  const client = clientOf({ merged: statefulSet({ replicas: 5 }) });
  const live = statefulSet(
    { replicas: 1 },
    {
      managedFields: [
        { manager: "kubectl", subresource: "scale", fieldsV1: { "f:spec": { "f:replicas": {} } } },
      ],
    },
  );
  expect(await detect(client, statefulSet({ replicas: 5 }), live)).toEqual({
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    namespace: "ns",
    name: "galera",
    change: "changed",
    fields: [
      { pointer: "/spec/replicas", desired: 5, live: 1, manager: "kubectl", time: null, seenAt: SEEN },
    ],
  });
  expect(client.calls).toEqual([["apply", { fieldManager: MANAGER, force: true, dryRun: true }]]);
});

test("what an apply would not mend is no drift", async () => {
  const client = clientOf({ merged: statefulSet({ replicas: 5, serviceName: "from-webhook" }) });
  const live = statefulSet({ replicas: 1, serviceName: "from-webhook" });
  const drift = await detect(client, statefulSet({ replicas: 5, serviceName: "ours" }), live);
  expect(drift?.fields.map((field) => field.pointer)).toEqual(["/spec/replicas"]);
});

test("a manifest that the server refuses by now is reported as it differs", async () => {
  const error = new ClusterError("field is immutable", { reason: "invalid", verb: "apply", subject: "x" });
  const drift = await detect(clientOf({ error }), statefulSet({ replicas: 5 }), statefulSet({ replicas: 1 }));
  expect(drift?.fields).toHaveLength(1);
});

test("a server that does not answer decides nothing", async () => {
  const error = new ClusterError("no answer", { reason: "unreachable", verb: "apply", subject: "x" });
  const detection = detect(clientOf({ error }), statefulSet({ replicas: 5 }), statefulSet({ replicas: 1 }));
  await expect(detection).rejects.toBe(error);
});

test("a lost object is missing only when a GET says so", async () => {
  const desired = statefulSet({ replicas: 3 });
  expect(await detect(clientOf({}), desired, undefined)).toEqual({
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    namespace: "ns",
    name: "galera",
    change: "missing",
    seenAt: "2026-11-21T10:00:00Z",
    fields: [],
  });
});

test("an object that the watch lost with its label has changed", async () => {
  const desired = statefulSet({}, { labels: { heritage: "kudo" } });
  const client = clientOf({ found: statefulSet({}, { labels: { app: "x" } }), merged: desired });
  const drift = await detect(client, desired, undefined);
  expect(drift?.change).toBe("changed");
  expect(drift?.fields.map(({ pointer, manager }) => [pointer, manager])).toEqual([
    ["/metadata/labels/heritage", null],
  ]);
});

test.each([
  ["a Job", "batch/v1", "Job"],
  ["a Pod of its own", "v1", "Pod"],
])("%s that is gone is no drift", async (_name, apiVersion, kind) => {
  const desired = { apiVersion, kind, metadata: { name: "x", namespace: "ns" } };
  expect(await detect(clientOf({}), desired, undefined)).toBeUndefined();
});

test("an object that is being deleted is not missing yet", async () => {
  const live = statefulSet({ replicas: 1 }, { deletionTimestamp: SEEN });
  expect(await detect(clientOf({}), statefulSet({ replicas: 3 }), live)).toBeUndefined();
});

test("a Secret's values stay secret", async () => {
  const secret = (password: string): KubeObject => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", namespace: "ns" },
    data: { password },
  });
  const drift = await detect(clientOf({ merged: secret("b25l") }), secret("b25l"), secret("dHdv"));
  expect(JSON.stringify(drift)).not.toMatch(/b25l|dHdv/);
  expect(drift?.fields).toMatchObject([{ desired: "••• (desired)", live: "••• (live)" }]);
});

function detect(client: ReturnType<typeof clientOf>, desired: KubeObject, live: KubeObject | undefined) {
  return detectDrift(client, { desired, live, fieldManager: MANAGER, seenAt: SEEN });
}

function statefulSet(spec: Record<string, unknown>, metadata: Record<string, unknown> = {}): KubeObject {
  const meta = { name: "galera", namespace: "ns", ...metadata };
  return { apiVersion: "apps/v1", kind: "StatefulSet", metadata: meta, spec } as KubeObject;
}

function clientOf(answers: {
  readonly found?: KubeObject;
  readonly merged?: KubeObject;
  readonly error?: Error;
}) {
  const calls: unknown[] = [];
  return {
    calls,
    async get(): Promise<KubeObject | undefined> {
      calls.push(["get"]);
      return answers.found;
    },
    async apply(object: KubeObject, options: ApplyOptions): Promise<KubeObject> {
      calls.push(["apply", options]);
      if (answers.error) throw answers.error;
      return answers.merged ?? object;
    },
  };
}
