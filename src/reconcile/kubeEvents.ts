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
const MAX_WAITING = 1_000;
/** Beyond this many only warnings still find a place. */
const MAX_WAITING_NORMAL = 500;

/** What an Event says. */
interface EventText {
  readonly instance: InstanceKey;
  readonly type: "Normal" | "Warning";
  /** CamelCase. */
  readonly reason: string;
  readonly message: string;
}

/**
 * Writes what people should hear of as Kubernetes Events on the Instance: one by one, never in anybody's way. Those of
 * package-format 4.6 among them: the start and the end of plans, and why one failed.
 */
export class KubeEvents {
  readonly #deps: KubeEventsDeps;
  readonly #told = new Map<string, number>();
  readonly #stop = new AbortController();
  #waiting = 0;
  #tail: Promise<void> = Promise.resolve();

  constructor(deps: KubeEventsDeps) {
    this.#deps = deps;
  }

  /** Takes any event; notes, starts and ends of plans become Events of the cluster. */
  take(event: ReconcileEvent): void {
    const text = textOf(event);
    if (!text || this.#stop.signal.aborted) return;
    if (this.#waiting >= (text.type === "Normal" ? MAX_WAITING_NORMAL : MAX_WAITING)) return;
    const now = this.#deps.clock.now();
    const { instance, reason, message } = text;
    const key = `${instance.namespace}/${instance.name} ${reason} ${message}`;
    // A run is told of whatever was said about the one before.
    if (event.kind === "noted" && !this.#isNew(key, now)) return;
    this.#waiting++;
    this.#tail = this.#tail.then(() => this.#write(text, key, now));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#tail;
  }

  #isNew(key: string, now: number): boolean {
    for (const [known, at] of this.#told) if (now - at > QUIET_MS) this.#told.delete(known);
    if (this.#told.has(key)) return false;
    this.#told.set(key, now);
    return true;
  }

  async #write({ instance, type, reason, message }: EventText, key: string, now: number): Promise<void> {
    this.#waiting--;
    if (this.#stop.signal.aborted) return;
    const { namespace, name } = instance;
    const uid = this.#deps.uidOf(instance);
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
          type,
          reason,
          message: message.slice(0, 1000),
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

/** What an event says to people; `undefined` when it only counts. */
function textOf(event: ReconcileEvent): EventText | undefined {
  switch (event.kind) {
    case "noted": {
      const { instance, severity, reason, message } = event;
      return { instance, type: severity === "warning" ? "Warning" : "Normal", reason, message };
    }
    case "planStarted": {
      if (event.reason === "resumed") return undefined;
      const message = `plan '${event.plan}' has started, run ${event.uid}`;
      return { instance: event.instance, type: "Normal", reason: "PlanStarted", message };
    }
    case "planFinished": {
      const { instance, plan, status, reason = "PlanFailed", message } = event;
      if (status === "COMPLETE")
        return { instance, type: "Normal", reason: "PlanFinished", message: `plan '${plan}' is COMPLETE` };
      const why = message === undefined ? "" : `: ${message}`;
      return { instance, type: "Warning", reason, message: `plan '${plan}' ended in FATAL_ERROR${why}` };
    }
    default:
      return undefined;
  }
}
