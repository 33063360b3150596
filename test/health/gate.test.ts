import { expect, test } from "vitest";
import { type GateEntry, gate } from "../../src/health/gate.ts";
import { degraded, type Health, healthy, progressing, suspended, unknown } from "../../src/health/health.ts";

const good = healthy("Ready");
const moving = progressing("LessReady", "1 of 3 replicas are ready");
const broken = degraded("FailedCreate", "exceeded quota: compute");

test.each<readonly [name: string, entries: readonly GateEntry[], verdict: ReturnType<typeof gate>]>([
  ["nothing is done", [], { kind: "done" }],
  ["all healthy is done", [of("apps/v1", "StatefulSet", good), of("v1", "Service", good)], { kind: "done" }],
  [
    "a paused Deployment does not hold a step up",
    [of("apps/v1", "Deployment", suspended("Paused", "its rollout is paused"))],
    { kind: "done" },
  ],
  [
    "an object on its way is waited for",
    [of("apps/v1", "StatefulSet", moving)],
    { kind: "waiting", reason: "StatefulSet/ns/x: 1 of 3 replicas are ready" },
  ],
  [
    "a degraded object is waited for, and tells more than one on its way",
    [of("apps/v1", "StatefulSet", moving), of("apps/v1", "Deployment", broken), of("v1", "Pod", moving)],
    {
      kind: "waiting",
      reason: "Deployment/ns/x: Degraded: exceeded quota: compute (and 2 more not ready)",
    },
  ],
  [
    "what nobody can tell is waited for, with its reason",
    [of("v1", "Pod", unknown("UnknownPhase", "its node does not answer"))],
    { kind: "waiting", reason: "Pod/ns/x: Unknown: its node does not answer" },
  ],
  [
    "an object that is not there is waited for",
    [of("v1", "ConfigMap", undefined)],
    { kind: "waiting", reason: "ConfigMap/ns/x: not in the cluster" },
  ],
  [
    "a failed Job ends the plan",
    [
      of("apps/v1", "Deployment", broken),
      of("batch/v1", "Job", degraded("BackoffLimitExceeded", "no more tries")),
    ],
    { kind: "failed", message: "Job/ns/x: Degraded: no more tries" },
  ],
  [
    "another group's Job is not Kubernetes' Job",
    [of("example.com/v1", "Job", degraded("Bad", "no more tries"))],
    { kind: "waiting", reason: "Job/ns/x: Degraded: no more tries" },
  ],
  [
    "a pending claim waits for its first consumer, so nobody waits for it",
    [of("v1", "PersistentVolumeClaim", progressing("NotBound", "it is not bound"))],
    { kind: "done" },
  ],
  [
    "a lost claim is waited for",
    [of("v1", "PersistentVolumeClaim", degraded("Lost", "its volume is gone"))],
    { kind: "waiting", reason: "PersistentVolumeClaim/ns/x: Degraded: its volume is gone" },
  ],
])("%s", (_name, entries, verdict) => {
  expect(gate(entries)).toEqual(verdict);
});

function of(apiVersion: string, kind: string, health: Health | undefined): GateEntry {
  return { ref: { apiVersion, kind, namespace: "ns", name: "x" }, health };
}
