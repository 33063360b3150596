import type { ObjectRef } from "../object/objectRef.ts";
import type { InstanceKey } from "../object/ownership.ts";
import type { ExecutionStatus } from "../plan/planStatus.ts";

/**
 * Everything worth logging, counting and telling. One fact, several readers: log line, metric and Kubernetes Event come
 * from the same value, so they cannot disagree. Secrets never enter one.
 */
export type ReconcileEvent =
  | {
      readonly kind: "planStarted";
      readonly instance: InstanceKey;
      readonly plan: string;
      readonly uid: string;
      readonly reason: string;
    }
  | {
      readonly kind: "stepFinished";
      readonly instance: InstanceKey;
      readonly plan: string;
      readonly phase: string;
      readonly step: string;
      readonly status: ExecutionStatus;
      readonly message?: string;
    }
  | {
      readonly kind: "planFinished";
      readonly instance: InstanceKey;
      readonly plan: string;
      readonly status: "COMPLETE" | "FATAL_ERROR";
      readonly durationMs: number;
      /** Why it ended in FATAL_ERROR: CamelCase, the reason of the Kubernetes Event. */
      readonly reason?: string;
      readonly message?: string;
    }
  | {
      readonly kind: "objectsApplied";
      readonly instance: InstanceKey;
      readonly created: number;
      readonly configured: number;
      readonly unchanged: number;
      readonly deleted: number;
      readonly failed: number;
    }
  /** Something a person may want to know: a forced conflict, an adopted object, an illegal change. */
  | {
      readonly kind: "noted";
      readonly instance: InstanceKey;
      readonly severity: "normal" | "warning";
      /** CamelCase, the reason of the Kubernetes Event. */
      readonly reason: string;
      readonly message: string;
      readonly object?: ObjectRef;
    }
  | {
      readonly kind: "driftFound";
      readonly instance: InstanceKey;
      readonly object: ObjectRef;
      readonly pointers: readonly string[];
      readonly manager: string | null;
    }
  | { readonly kind: "driftGone"; readonly instance: InstanceKey; readonly object: ObjectRef }
  | { readonly kind: "instanceRemoved"; readonly instance: InstanceKey; readonly deleted: number }
  /** A pass that failed as a whole and is tried again. */
  | {
      readonly kind: "passFailed";
      readonly instance: InstanceKey;
      readonly code: string;
      readonly message: string;
    }
  | { readonly kind: "watchFailed"; readonly resource: string; readonly message: string }
  | { readonly kind: "leaseChanged"; readonly held: boolean; readonly holder: string };

/** Takes events; must not throw. */
export type EmitEvent = (event: ReconcileEvent) => void;
