import { expect, test } from "vitest";
import type { LogFields, Logger } from "../../src/base/logger.ts";
import type { ReconcileEvent } from "../../src/reconcile/reconcileEvent.ts";
import type { SyncEvent } from "../../src/sync/syncEvent.ts";
import { logReconcileEvents, logSyncEvents } from "../../src/telemetry/eventLog.ts";

const instance = { namespace: "db", name: "galera" };
const object = { apiVersion: "apps/v1", kind: "StatefulSet", namespace: "db", name: "galera" };
const applied = {
  kind: "objectsApplied",
  instance,
  created: 0,
  configured: 0,
  unchanged: 3,
  deleted: 0,
  failed: 0,
} as const;

type Line = readonly [level: string, message: string, fields: LogFields];

test.each<readonly [event: ReconcileEvent, line: Line]>([
  [
    { kind: "planStarted", instance, plan: "deploy", uid: "u", reason: "created" },
    ["info", "plan started", { instance: "db/galera", plan: "deploy", uid: "u", reason: "created" }],
  ],
  [
    { kind: "stepFinished", instance, plan: "deploy", phase: "p", step: "s", status: "COMPLETE" },
    [
      "info",
      "step finished",
      { instance: "db/galera", plan: "deploy", phase: "p", step: "s", status: "COMPLETE" },
    ],
  ],
  [
    { kind: "planFinished", instance, plan: "deploy", status: "FATAL_ERROR", durationMs: 5, message: "why" },
    [
      "error",
      "plan finished",
      { instance: "db/galera", plan: "deploy", status: "FATAL_ERROR", durationMs: 5, reason: "why" },
    ],
  ],
  [
    applied,
    [
      "debug",
      "objects applied",
      { instance: "db/galera", created: 0, configured: 0, unchanged: 3, deleted: 0, failed: 0 },
    ],
  ],
  [
    { ...applied, created: 2 },
    [
      "info",
      "objects applied",
      { instance: "db/galera", created: 2, configured: 0, unchanged: 3, deleted: 0, failed: 0 },
    ],
  ],
  [
    { kind: "noted", instance, severity: "warning", reason: "FieldsTaken", message: "from kubectl", object },
    [
      "warn",
      "noted",
      {
        instance: "db/galera",
        note: "FieldsTaken",
        reason: "from kubectl",
        object: "StatefulSet/db/galera",
      },
    ],
  ],
  [
    { kind: "driftFound", instance, object, pointers: ["/spec/replicas"], manager: "kubectl" },
    [
      "warn",
      "drift found",
      {
        instance: "db/galera",
        object: "StatefulSet/db/galera",
        pointers: ["/spec/replicas"],
        manager: "kubectl",
      },
    ],
  ],
  [
    { kind: "passFailed", instance, code: "cluster.unreachable", message: "no answer" },
    ["warn", "pass failed", { instance: "db/galera", code: "cluster.unreachable", reason: "no answer" }],
  ],
  [
    { kind: "leaseChanged", held: false, holder: "other" },
    ["info", "lease lost", { holder: "other", held: false }],
  ],
  [
    { kind: "watchFailed", resource: "Pod", message: "gone" },
    ["warn", "watch failed", { resource: "Pod", reason: "gone" }],
  ],
])("%j", (event, line) => {
  expect(linesOf((log) => logReconcileEvents(log)(event))).toEqual([line]);
});

test.each<readonly [event: SyncEvent, line: Line]>([
  [
    { kind: "polled", source: "fleet", outcome: "unchanged", revision: "c" },
    ["debug", "source polled", { source: "fleet", outcome: "unchanged", revision: "c" }],
  ],
  [
    { kind: "polled", source: "fleet", outcome: "failed", code: "source.auth", message: "401" },
    ["warn", "source polled", { source: "fleet", outcome: "failed", code: "source.auth", reason: "401" }],
  ],
  [
    { kind: "published", source: "fleet", object, revision: "c" },
    ["info", "object published", { source: "fleet", object: "StatefulSet/db/galera", revision: "c" }],
  ],
  [
    { kind: "held", source: "fleet", id: "h", instances: [instance], reason: "3 of 3" },
    ["error", "deletion held", { source: "fleet", id: "h", instances: ["db/galera"], reason: "3 of 3" }],
  ],
])("%j", (event, line) => {
  expect(linesOf((log) => logSyncEvents(log)(event))).toEqual([line]);
});

function linesOf(use: (log: Logger) => void): Line[] {
  const lines: Line[] = [];
  const at = (level: string) => (fields: LogFields, message: string) => {
    lines.push([level, message, fields]);
  };
  use({ debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") });
  return lines;
}
