import { hash } from "node:crypto";
import { type Clock, rfc3339 } from "../base/clock.ts";
import type { ClusterClient } from "../cluster/clusterClient.ts";
import type { InstanceKey } from "../object/ownership.ts";
import { MANAGER_STATUS } from "../object/ownership.ts";
import type { ReconcileEvent } from "./reconcileEvent.ts";

/** What writing Events needs from outside. */
export interface KubeEventsDeps {
  readonly client: Pick<ClusterClient, "create">;
  readonly clock: Clock;
  /** uid of a living instance; without it the Event still tells by name. */
  readonly uidOf: (instance: InstanceKey) => string | undefined;
}

/** The same Event is not written again within this time, in milliseconds. */
const QUIET_MS = 10 * 60_000;
/** Events that wait to be written; more are dropped, the log has them. */
const MAX_WAITING = 100;

/** Writes what people should hear of as Kubernetes Events on the Instance: one by one, never in anybody's way. */
export class KubeEvents {
  readonly #deps: KubeEventsDeps;
  readonly #told = new Map<string, number>();
  readonly #stop = new AbortController();
  #waiting = 0;
  #tail: Promise<void> = Promise.resolve();

  constructor(deps: KubeEventsDeps) {
    this.#deps = deps;
  }

  /** Takes any event; only notes become Events of the cluster. */
  take(event: ReconcileEvent): void {
    if (event.kind !== "noted" || this.#stop.signal.aborted || this.#waiting >= MAX_WAITING) return;
    const key = `${event.instance.namespace}/${event.instance.name} ${event.reason} ${event.message}`;
    const now = this.#deps.clock.now();
    for (const [known, at] of this.#told) if (now - at > QUIET_MS) this.#told.delete(known);
    if (this.#told.has(key)) return;
    this.#told.set(key, now);
    this.#waiting++;
    this.#tail = this.#tail.then(() => this.#write(event, key, now));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#tail;
  }

  async #write(event: Extract<ReconcileEvent, { kind: "noted" }>, key: string, now: number): Promise<void> {
    this.#waiting--;
    if (this.#stop.signal.aborted) return;
    const { namespace, name } = event.instance;
    const uid = this.#deps.uidOf(event.instance);
    const time = rfc3339(now);
    try {
      await this.#deps.client.create(
        {
          apiVersion: "v1",
          kind: "Event",
          metadata: { namespace, name: `${name.slice(0, 200)}.${hash("md5", `${key} ${now}`).slice(0, 16)}` },
          involvedObject: {
            apiVersion: "kudo.dev/v1beta1",
            kind: "Instance",
            namespace,
            name,
            ...(uid !== undefined && { uid }),
          },
          type: event.severity === "warning" ? "Warning" : "Normal",
          reason: event.reason,
          message: event.message.slice(0, 1000),
          source: { component: MANAGER_STATUS },
          reportingComponent: "lockstep",
          firstTimestamp: time,
          lastTimestamp: time,
          count: 1,
        },
        { fieldManager: MANAGER_STATUS, signal: this.#stop.signal },
      );
    } catch {
      this.#told.delete(key); // an Event is a courtesy: log and status tell the same
    }
  }
}
