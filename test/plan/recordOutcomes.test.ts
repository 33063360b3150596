import { expect, test } from "vitest";
import { startRun } from "../../src/plan/planStatus.ts";
import { recordStep, settlePlan, withStep } from "../../src/plan/recordOutcomes.ts";
import type { TaskOutcome } from "../../src/plan/taskOutcome.ts";
import { planOf } from "./planOf.ts";

const done: TaskOutcome = { kind: "done" };
const waiting: TaskOutcome = { kind: "waiting", reason: "1 of 3 replicas ready" };
const transient: TaskOutcome = { kind: "failed", retryable: true, code: "x", message: "connection reset" };
const fatal: TaskOutcome = { kind: "failed", retryable: false, code: "x", message: "no such template" };

test.each([
  ["no tasks", [], "COMPLETE", undefined],
  ["everything done", [done, done], "COMPLETE", undefined],
  ["one still waiting", [done, waiting], "IN_PROGRESS", "1 of 3 replicas ready"],
  ["two waiting", [waiting, waiting], "IN_PROGRESS", "1 of 3 replicas ready; 1 of 3 replicas ready"],
  [
    "a failure beats waiting",
    [waiting, transient],
    "ERROR",
    "transient error in p.a.s.t1, will be retried: connection reset",
  ],
  [
    "fatal beats retryable",
    [transient, fatal],
    "FATAL_ERROR",
    "fatal error in p.a.s.t1 of ns/one: no such template",
  ],
] as const)("step with %s", (_name, outcomes, status, message) => {
  const named = outcomes.map((outcome, at) => ({ task: `t${at}`, outcome }));
  expect(recordStep({ name: "s", status: "PENDING" }, named, "p.a.s", "ns/one")).toEqual({
    name: "s",
    status,
    ...(message && { message }),
  });
});

test.each(["COMPLETE", "FATAL_ERROR"] as const)("a step in %s stays as it is", (status) => {
  const step = { name: "s", status, message: "as it was" };
  expect(recordStep(step, [{ task: "t", outcome: waiting }], "p.a.s", "ns/one")).toBe(step);
});

test.each([
  ["a plan without phases", planOf("serial", {}), "COMPLETE", []],
  [
    "a phase without steps",
    planOf("serial", { a: { strategy: "serial", steps: [] } }),
    "COMPLETE",
    ["COMPLETE"],
  ],
  [
    "an untouched plan",
    planOf("serial", { a: { strategy: "serial", steps: ["x"] } }),
    "PENDING",
    ["PENDING"],
  ],
] as const)("%s settles", (_name, plan, status, phases) => {
  const settled = settlePlan(startRun(plan, "uid", "t0"), "t1");
  expect([settled.status, settled.phases.map((phase) => phase.status)]).toEqual([status, phases]);
});

test("statuses of a run, step by step", () => {
  const plan = planOf("serial", {
    a: { strategy: "serial", steps: ["x", "y"] },
    b: { strategy: "serial", steps: ["z"] },
  });
  const statuses: string[] = [];
  let status = startRun(plan, "uid", "t0");
  for (const [phase, step, next] of [
    ["a", "x", "IN_PROGRESS"],
    ["a", "x", "COMPLETE"],
    ["a", "y", "ERROR"],
    ["a", "y", "COMPLETE"],
    ["b", "z", "FATAL_ERROR"],
  ] as const) {
    status = withStep(status, { phase, step }, { name: step, status: next }, "t1");
    statuses.push([status.status, ...status.phases.map((p) => p.status)].join(" "));
  }
  expect(statuses).toEqual([
    "IN_PROGRESS IN_PROGRESS PENDING",
    "IN_PROGRESS IN_PROGRESS PENDING",
    "IN_PROGRESS IN_PROGRESS PENDING",
    "IN_PROGRESS COMPLETE PENDING",
    "FATAL_ERROR COMPLETE FATAL_ERROR",
  ]);
});
