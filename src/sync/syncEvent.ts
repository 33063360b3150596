import type { ObjectRef } from "../object/objectRef.ts";
import type { InstanceKey } from "../object/ownership.ts";

/**
 * What sync has to tell: becomes log lines, metrics and Kubernetes Events. `source` is the name of the source. Secrets
 * never enter one.
 */
export type SyncEvent =
  /** One look at Git. */
  | {
      readonly kind: "polled";
      readonly source: string;
      readonly outcome: "unchanged" | "changed" | "failed";
      readonly revision?: string;
      readonly code?: string;
      readonly message?: string;
    }
  /** A revision was worked through; `issues` counts the mistakes in its files. */
  | {
      readonly kind: "synced";
      readonly source: string;
      readonly revision: string;
      readonly durationMs: number;
      readonly instances: number;
      readonly written: number;
      readonly removed: number;
      readonly issues: number;
    }
  /** A revision could not be worked through; it is tried again. */
  | {
      readonly kind: "syncFailed";
      readonly source: string;
      readonly revision: string;
      readonly code: string;
      readonly message: string;
    }
  | {
      readonly kind: "published";
      readonly source: string;
      readonly object: ObjectRef;
      readonly revision: string;
    }
  /** An instance whose file left Git: deletion has begun. */
  | {
      readonly kind: "removed";
      readonly source: string;
      readonly object: ObjectRef;
      readonly revision: string;
    }
  /** An OperatorVersion or Operator that nothing names any more. */
  | { readonly kind: "pruned"; readonly source: string; readonly object: ObjectRef }
  /** What somebody else wrote into fields that Git declares was written over. */
  | {
      readonly kind: "reverted";
      readonly source: string;
      readonly object: ObjectRef;
      readonly managers: readonly string[];
      readonly fields: readonly string[];
    }
  | {
      readonly kind: "held";
      readonly source: string;
      readonly id: string;
      readonly instances: readonly InstanceKey[];
      readonly reason: string;
    }
  | {
      readonly kind: "holdEnded";
      readonly source: string;
      readonly id: string;
      readonly how: "confirmed" | "returned";
    };

/** Takes events; must not throw. */
export type EmitSyncEvent = (event: SyncEvent) => void;
