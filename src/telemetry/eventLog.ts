import { assertNever } from "../base/assertNever.ts";
import type { Logger } from "../base/logger.ts";
import { formatRef } from "../object/objectRef.ts";
import { instanceKey } from "../object/ownership.ts";
import type { EmitEvent } from "../reconcile/reconcileEvent.ts";
import type { EmitSyncEvent } from "../sync/syncEvent.ts";

/** Turns what the reconciling side tells into log lines. */
export function logReconcileEvents(log: Logger): EmitEvent {
  return (event) => {
    if ("instance" in event) logInstanceEvent(log, event);
    else if (event.kind === "watchFailed")
      log.warn({ resource: event.resource, reason: event.message }, "watch failed");
    else if (event.kind === "leaseChanged")
      log.info({ holder: event.holder, held: event.held }, event.held ? "lease taken" : "lease lost");
    else assertNever(event);
  };
}

type InstanceEvent = Extract<Parameters<EmitEvent>[0], { readonly instance: unknown }>;

function logInstanceEvent(log: Logger, event: InstanceEvent): void {
  const instance = instanceKey(event.instance);
  switch (event.kind) {
    case "planStarted":
      log.info({ instance, plan: event.plan, uid: event.uid, reason: event.reason }, "plan started");
      return;
    case "stepFinished": {
      const { plan, phase, step, status } = event;
      const fields = { instance, plan, phase, step, status, ...(event.message && { reason: event.message }) };
      log[status === "FATAL_ERROR" ? "error" : "info"](fields, "step finished");
      return;
    }
    case "planFinished": {
      const { plan, status, durationMs } = event;
      const fields = { instance, plan, status, durationMs, ...(event.message && { reason: event.message }) };
      log[status === "FATAL_ERROR" ? "error" : "info"](fields, "plan finished");
      return;
    }
    case "objectsApplied": {
      const { created, configured, unchanged, deleted, failed } = event;
      const changed = created + configured + deleted > 0;
      const level = failed > 0 ? "warn" : changed ? "info" : "debug";
      log[level]({ instance, created, configured, unchanged, deleted, failed }, "objects applied");
      return;
    }
    case "noted": {
      const object = event.object && { object: formatRef(event.object) };
      const fields = { instance, note: event.reason, reason: event.message, ...object };
      log[event.severity === "warning" ? "warn" : "info"](fields, "noted");
      return;
    }
    case "driftFound": {
      const { object, pointers, manager } = event;
      log.warn({ instance, object: formatRef(object), pointers, manager }, "drift found");
      return;
    }
    case "driftGone":
      log.info({ instance, object: formatRef(event.object) }, "drift gone");
      return;
    case "instanceRemoved":
      log.info({ instance, deleted: event.deleted }, "instance removed");
      return;
    case "passFailed":
      log.warn({ instance, code: event.code, reason: event.message }, "pass failed");
      return;
    default:
      assertNever(event);
  }
}

/** Turns what sync tells into log lines. */
export function logSyncEvents(log: Logger): EmitSyncEvent {
  return (event) => {
    const { kind, source, ...rest } = event;
    switch (kind) {
      case "polled": {
        const { outcome, message, ...facts } = event;
        const fields = { source, outcome, ...omitKind(facts), ...(message && { reason: message }) };
        log[outcome === "failed" ? "warn" : outcome === "changed" ? "info" : "debug"](
          fields,
          "source polled",
        );
        return;
      }
      case "synced": {
        const level = event.issues > 0 ? "warn" : event.written + event.removed > 0 ? "info" : "debug";
        log[level]({ source, ...rest }, "revision synced");
        return;
      }
      case "syncFailed": {
        const { revision, code, message } = event;
        log.warn({ source, revision, code, reason: message }, "sync failed");
        return;
      }
      case "published":
      case "removed":
        log.info({ source, object: formatRef(event.object), revision: event.revision }, `object ${kind}`);
        return;
      case "pruned":
        log.info({ source, object: formatRef(event.object) }, "object pruned");
        return;
      case "reverted": {
        const { object, managers, fields } = event;
        log.warn({ source, object: formatRef(object), managers, fields }, "foreign write reverted");
        return;
      }
      case "held": {
        const instances = event.instances.map(instanceKey);
        log.error({ source, id: event.id, instances, reason: event.reason }, "deletion held");
        return;
      }
      case "holdEnded":
        log.info({ source, id: event.id, how: event.how }, "hold ended");
        return;
      default:
        assertNever(kind);
    }
  };
}

function omitKind<T extends { readonly kind: string; readonly source: string }>(event: T) {
  const { kind: _, source: __, ...rest } = event;
  return rest;
}
