import { formatRef, type ObjectRef, parseApiVersion } from "../object/objectRef.ts";
import type { Health } from "./health.ts";

/** One object of a step and what is known of it. */
export interface GateEntry {
  readonly ref: ObjectRef;
  /** `undefined` while the cluster does not have the object. */
  readonly health: Health | undefined;
}

/** Whether a step may end. */
export type GateVerdict =
  | { readonly kind: "done" }
  /** Names the object that matters most, with its cause, and counts the others. */
  | { readonly kind: "waiting"; readonly reason: string }
  /** Waiting cannot help: the plan ends. */
  | { readonly kind: "failed"; readonly message: string };

/**
 * Decides whether a step is over: all its objects Healthy or Suspended.
 *
 * A failed Job is fatal. A PersistentVolumeClaim holds nothing up unless it is Lost, since it may wait for its first
 * consumer. Everything else that is Degraded leaves the step waiting: it may recover, and its cause is the message.
 */
export function gate(entries: readonly GateEntry[]): GateVerdict {
  const blocking = entries.filter(blocks);
  const failedJob = blocking.find(({ ref, health }) => isJob(ref) && health?.status === "Degraded");
  if (failedJob) return { kind: "failed", message: describe(failedJob) };
  const first = mostTelling(blocking);
  if (!first) return { kind: "done" };
  const others = blocking.length - 1;
  const more = others > 0 ? ` (and ${others} more not ready)` : "";
  return { kind: "waiting", reason: `${describe(first)}${more}` };
}

function blocks({ ref, health }: GateEntry): boolean {
  if (!health) return true;
  if (health.status === "Healthy" || health.status === "Suspended") return false;
  return isClaim(ref) ? health.status === "Degraded" || health.reason === "Terminating" : true;
}

/** Degraded objects say why a step hangs; those that progress only say that it does. */
function mostTelling(blocking: readonly GateEntry[]): GateEntry | undefined {
  return (
    blocking.find(({ health }) => health?.status === "Degraded") ??
    blocking.find(({ health }) => health?.status === "Unknown") ??
    blocking[0]
  );
}

function describe({ ref, health }: GateEntry): string {
  if (!health) return `${formatRef(ref)}: not in the cluster`;
  const why = health.message || health.reason;
  return health.status === "Progressing"
    ? `${formatRef(ref)}: ${why}`
    : `${formatRef(ref)}: ${health.status}: ${why}`;
}

function isJob({ apiVersion, kind }: ObjectRef): boolean {
  return kind === "Job" && parseApiVersion(apiVersion).group === "batch";
}

function isClaim({ apiVersion, kind }: ObjectRef): boolean {
  return kind === "PersistentVolumeClaim" && parseApiVersion(apiVersion).group === "";
}
