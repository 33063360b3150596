import { asObject, asString, type JsonObject, valueAt } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";

/** What an Event tells, whichever of its two API groups it comes from. */
export interface KubeEvent {
  /** The object it is about. */
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly isWarning: boolean;
  readonly reason: string;
  readonly message: string;
  /** When it was last seen, in milliseconds since the epoch; 0 when it does not say. */
  readonly at: number;
}

/** Reads an Event of `v1` or of `events.k8s.io`. */
export function parseEvent(object: KubeObject): KubeEvent {
  const about = asObject(object.involvedObject ?? object.regarding);
  return {
    kind: asString(about.kind) ?? "",
    name: asString(about.name) ?? "",
    uid: asString(about.uid) ?? "",
    isWarning: object.type === "Warning",
    reason: asString(object.reason) ?? "",
    message: (asString(object.message) ?? asString(object.note) ?? "").trim(),
    at: lastSeen(object),
  };
}

/** The newest warning that passes the filter. */
export function lastWarning(
  events: readonly KubeEvent[],
  isWanted: (event: KubeEvent) => boolean,
): KubeEvent | undefined {
  let last: KubeEvent | undefined;
  for (const event of events) {
    if (event.isWarning && isWanted(event) && (!last || event.at >= last.at)) last = event;
  }
  return last;
}

function lastSeen(object: JsonObject): number {
  const texts = [
    valueAt(object, "series", "lastObservedTime"),
    object.lastTimestamp,
    object.deprecatedLastTimestamp,
    object.eventTime,
    valueAt(object, "metadata", "creationTimestamp"),
  ];
  for (const text of texts) {
    const at = Date.parse(asString(text) ?? "");
    if (!Number.isNaN(at)) return at;
  }
  return 0;
}
