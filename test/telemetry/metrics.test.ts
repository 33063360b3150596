import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { createMetrics } from "../../src/telemetry/metrics.ts";

const instance = { namespace: "db", name: "galera" };
const object = { apiVersion: "v1", kind: "Pod", name: "x" };

test("events become counters, state is asked when somebody reads", async () => {
  const registry = new Registry();
  let queued = 0;
  const metrics = createMetrics(registry, {
    queueDepth: () => queued,
    instances: () => ({ complete: 3, failed: 1 }),
    driftedObjects: () => 2,
  });
  metrics.onSync({ kind: "polled", source: "fleet", outcome: "unchanged" });
  metrics.onSync({ kind: "polled", source: "fleet", outcome: "unchanged" });
  metrics.onReconcile({
    kind: "objectsApplied",
    instance,
    created: 4,
    configured: 1,
    unchanged: 7,
    deleted: 0,
    failed: 0,
  });
  metrics.onReconcile({
    kind: "planFinished",
    instance,
    plan: "deploy",
    status: "COMPLETE",
    durationMs: 1500,
  });
  metrics.onReconcile({ kind: "driftFound", instance, object, pointers: [], manager: null });
  metrics.onReconcile({ kind: "leaseChanged", held: true, holder: "me" });
  metrics.onRequest({ verb: "apply", kind: "Deployment", statusCode: 200 });
  metrics.onRequest({ verb: "get", kind: "Lease" });
  queued = 5;
  const text = await registry.metrics();
  for (const line of [
    'lockstep_polls_total{source="fleet",outcome="unchanged"} 2',
    'lockstep_applies_total{result="created"} 4',
    'lockstep_applies_total{result="unchanged"} 7',
    'lockstep_plan_duration_seconds_bucket{le="1",plan="deploy",status="COMPLETE"} 0',
    'lockstep_plan_duration_seconds_bucket{le="2",plan="deploy",status="COMPLETE"} 1',
    "lockstep_drift_found_total 1",
    "lockstep_lease_held 1",
    'lockstep_cluster_requests_total{verb="apply",kind="Deployment",status="200"} 1',
    'lockstep_cluster_requests_total{verb="get",kind="Lease",status="none"} 1',
    "lockstep_queue_depth 5",
    "lockstep_drifted_objects 2",
    'lockstep_instances{condition="failed"} 1',
  ])
    expect(text.split("\n")).toContain(line);
  expect(text).toContain("process_resident_memory_bytes");
});

test("two services in one process count apart", async () => {
  const state = { queueDepth: () => 0, instances: () => ({}), driftedObjects: () => 0 };
  const registries = [new Registry(), new Registry()];
  const [first] = registries.map((registry) => createMetrics(registry, state));
  first?.onSync({ kind: "polled", source: "a", outcome: "changed" });
  const texts = await Promise.all(registries.map((registry) => registry.metrics()));
  expect(texts.map((text) => text.includes('source="a"'))).toEqual([true, false]);
});
