import { expect, test } from "vitest";
import { type AppliedEntry, type AppliedIndex, emptyIndex } from "../../src/apply/appliedIndex.ts";
import type { Health, HealthStatus } from "../../src/health/health.ts";
import { type ObjectRef, refKey } from "../../src/object/objectRef.ts";
import { unhealthyObjects, worstHealth } from "../../src/reconcile/unhealthyObjects.ts";

const sts: ObjectRef = { apiVersion: "apps/v1", kind: "StatefulSet", namespace: "db", name: "nodes" };
const service: ObjectRef = { apiVersion: "v1", kind: "Service", namespace: "db", name: "nodes" };
const job: ObjectRef = { apiVersion: "batch/v1", kind: "Job", namespace: "db", name: "check" };

const entry = (ref: ObjectRef, pendingDeletion = false): AppliedEntry => ({
  ref,
  digest: "d",
  claims: [],
  adopted: false,
  pendingDeletion,
  origin: { plan: "deploy", phase: "p", step: "s", task: "t" },
  warnings: [],
});
const indexOf = (...entries: AppliedEntry[]): AppliedIndex => ({
  ...emptyIndex({ namespace: "db", name: "galera", uid: "u" }),
  entries,
});
const of = (status: HealthStatus): Health => ({
  status,
  reason: "R",
  message: status === "Healthy" ? "" : "why",
});

test.each<[string, AppliedIndex, Record<string, Health>, ObjectRef[], HealthStatus, string[]]>([
  ["nothing applied", indexOf(), {}, [], "Unknown", []],
  ["nothing known yet", indexOf(entry(sts)), {}, [], "Unknown", []],
  [
    "all healthy",
    indexOf(entry(sts), entry(service)),
    { [refKey(sts)]: of("Healthy"), [refKey(service)]: of("Healthy") },
    [],
    "Healthy",
    [],
  ],
  [
    "the worst counts",
    indexOf(entry(sts), entry(service)),
    { [refKey(sts)]: of("Progressing"), [refKey(service)]: of("Healthy") },
    [],
    "Progressing",
    ["StatefulSet/db/nodes: why"],
  ],
  ["suspended is no fault", indexOf(entry(sts)), { [refKey(sts)]: of("Suspended") }, [], "Suspended", []],
  [
    "a deleted object is degraded",
    indexOf(entry(sts), entry(service)),
    { [refKey(service)]: of("Healthy") },
    [sts],
    "Degraded",
    ["StatefulSet/db/nodes: is missing: somebody deleted it"],
  ],
  [
    "what is about to be pruned does not count",
    indexOf(entry(sts, true), entry(service)),
    { [refKey(sts)]: of("Degraded"), [refKey(service)]: of("Healthy") },
    [],
    "Healthy",
    [],
  ],
  [
    "a failed Job does not make the instance unready",
    indexOf(entry(job)),
    { [refKey(job)]: of("Degraded") },
    [],
    "Degraded",
    [],
  ],
])("%s", (_name, index, healths, missing, worst, sentences) => {
  const lookup = { health: (ref: ObjectRef) => healths[refKey(ref)], missing: new Set(missing.map(refKey)) };
  expect([worstHealth(index, lookup), unhealthyObjects(index, lookup)]).toEqual([worst, sentences]);
});
