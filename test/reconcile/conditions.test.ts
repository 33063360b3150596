import { expect, test } from "vitest";
import { readyCondition, withConditions } from "../../src/reconcile/conditions.ts";
import type { Condition } from "../../src/reconcile/instanceView.ts";

const at = (status: Condition["status"], reason: string): Condition => ({
  type: "Ready",
  status,
  reason,
  message: "as it was",
  lastTransitionTime: "t0",
});
const READY = at("True", "ResourcesReady");

test.each<[string, string, string, readonly string[], Condition | undefined, string]>([
  ["§7.4 deploy runs", "deploy", "IN_PROGRESS", [], READY, "Unknown PlanInProgress"],
  ["§7.4 update begins", "update", "PENDING", [], READY, "Unknown PlanInProgress"],
  ["§7.4 upgrade runs", "upgrade", "IN_PROGRESS", [], READY, "Unknown PlanInProgress"],
  [
    "§7.4 another plan leaves the condition untouched",
    "backup",
    "IN_PROGRESS",
    [],
    READY,
    "True ResourcesReady: as it was",
  ],
  [
    "§7.4 also when it was not ready",
    "backup",
    "PENDING",
    [],
    at("False", "ResourceNotReady"),
    "False ResourceNotReady: as it was",
  ],
  [
    "§7.4 a plan that is COMPLETE",
    "deploy",
    "COMPLETE",
    [],
    at("Unknown", "PlanInProgress"),
    "True ResourcesReady",
  ],
  [
    "§7.4 any plan that is COMPLETE",
    "backup",
    "COMPLETE",
    [],
    at("Unknown", "PlanInFatalError"),
    "True ResourcesReady",
  ],
  ["§7.4 any plan in FATAL_ERROR", "backup", "FATAL_ERROR", [], READY, "Unknown PlanInFatalError"],
  [
    "§7.4 it stays so until the next plan (mended)",
    "deploy",
    "FATAL_ERROR",
    ["a"],
    READY,
    "Unknown PlanInFatalError",
  ],
  [
    "§7.4 what is not healthy, joined",
    "deploy",
    "COMPLETE",
    ["Deployment/a: 0 of 1", "StatefulSet/b: 1 of 3"],
    READY,
    "False ResourceNotReady: Deployment/a: 0 of 1, StatefulSet/b: 1 of 3",
  ],
])("%s", (_rule, plan, planStatus, unhealthy, before, expected) => {
  const { status, reason, message } = readyCondition({ plan, planStatus, unhealthy, before });
  expect(`${status} ${reason}: ${message}`.startsWith(expected)).toBe(true);
});

test.each<
  [string, readonly Condition[], Parameters<typeof withConditions>[1], readonly Partial<Condition>[]]
>([
  [
    "the time moves with the status",
    [READY],
    [{ ...READY, status: "False" }],
    [{ lastTransitionTime: "t1" }],
  ],
  [
    "and not with the message",
    [READY],
    [{ ...READY, message: "other" }],
    [{ lastTransitionTime: "t0", message: "other" }],
  ],
  [
    "one of ours that is no longer wanted goes",
    [READY, { ...READY, type: "Illegal" }],
    [READY],
    [{ type: "Ready" }],
  ],
  ["one of others stays", [{ ...READY, type: "Theirs" }], [READY], [{ type: "Ready" }, { type: "Theirs" }]],
])("conditions: %s", (_rule, current, wanted, expected) => {
  const next = withConditions(current, wanted, "t1");
  expect(next).toHaveLength(expected.length);
  expect(next).toMatchObject(expected);
});

test("a message that the definition would refuse is cut", () => {
  const [condition] = withConditions([], [{ ...READY, message: "x".repeat(40_000) }], "t1");
  expect(condition?.message.length).toBeLessThan(32_768);
});
