import { randomBytes } from "node:crypto";
import { rfc3339 } from "../../base/clock.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { StatusError } from "../statusError.ts";
import type { ClusterState } from "../verbs/clusterState.ts";
import { createObject } from "../verbs/createObject.ts";

/** What happened to an object. */
export interface EventNote {
  readonly about: KubeObject;
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  readonly component: string;
}

/** Events kept; older ones go, as the real server drops them after an hour. */
const EVENT_LIMIT = 2000;

/** Writes Events, counting repetitions in one object. Forgets with the events. */
export class EventRecorder {
  readonly #names = new Map<string, { readonly namespace: string; readonly name: string }>();

  record(state: ClusterState, note: EventNote): void {
    const { about, reason, message } = note;
    const key = `${about.metadata.uid}|${reason}|${message}`;
    const known = this.#names.get(key);
    const live = known && state.store.get("/events", known.namespace, known.name);
    const time = rfc3339(state.clock.now());
    if (live) {
      const next = { ...live, count: Number(live.count ?? 1) + 1, lastTimestamp: time };
      state.store.update("/events", next, live);
      return;
    }
    const namespace = about.metadata.namespace ?? "default";
    const name = `${about.metadata.name}.${randomBytes(8).toString("hex")}`;
    const type = state.registry.byStorageKey("/events");
    if (!type) return;
    try {
      createObject(state, type, namespace, eventObject(note, namespace, name, time), {
        manager: note.component,
        dryRun: false,
        fieldValidation: "Ignore",
      });
    } catch (error) {
      // The namespace is going away: its events are not missed.
      if (error instanceof StatusError) return;
      throw error;
    }
    this.#names.set(key, { namespace, name });
    this.#dropOldest(state);
  }

  #dropOldest(state: ClusterState): void {
    if (this.#names.size <= EVENT_LIMIT) return;
    const [key, place] = this.#names.entries().next().value ?? [];
    if (key === undefined || !place) return;
    this.#names.delete(key);
    const event = state.store.get("/events", place.namespace, place.name);
    if (event) state.store.delete("/events", event);
  }
}

function eventObject(
  { about, type, reason, message, component }: EventNote,
  namespace: string,
  name: string,
  time: string,
): KubeObject {
  const { metadata } = about;
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name, namespace },
    involvedObject: {
      kind: about.kind,
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      name: metadata.name ?? "",
      uid: metadata.uid ?? "",
      apiVersion: about.apiVersion,
      resourceVersion: metadata.resourceVersion ?? "",
    },
    reason,
    message,
    source: { component },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
    type,
    eventTime: null,
    reportingComponent: component,
    reportingInstance: "",
  };
}
