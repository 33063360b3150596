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
/** The same for the course of plans, which is what may be spared. */
const MAX_COURSE = 200;
/** So many of those are written at once, and then one in this time, in milliseconds: work comes first. */
const COURSE_BURST = 100;
const COURSE_EVERY_MS = 200;

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
  /** Starts and ends of plans that wait for their turn. */
  readonly #course: { readonly text: EventText; readonly at: number }[] = [];
  #tokens = COURSE_BURST;
  #refilledAt = 0;
  #writingCourse: Promise<void> | undefined;

  constructor(deps: KubeEventsDeps) {
    this.#deps = deps;
  }

  /** Takes any event; notes, starts and ends of plans become Events of the cluster. */
  take(event: ReconcileEvent): void {
    const text = textOf(event);
    if (!text || this.#stop.signal.aborted) return;
    const now = this.#deps.clock.now();
    if (event.kind !== "noted" && text.type === "Normal") {
      if (this.#course.length >= MAX_COURSE) return;
      this.#course.push({ text, at: now });
      this.#writingCourse ??= this.#writeCourse();
      return;
    }
    const key = keyOf(text);
    // A run is told of whatever was said about the one before.
    if (this.#waiting >= MAX_WAITING || (event.kind === "noted" && !this.#isNew(key, now))) return;
    this.#waiting++;
    this.#tail = this.#tail.then(() => {
      this.#waiting--;
      return this.#write(text, now);
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#tail;
    await this.#writingCourse;
  }

  async #writeCourse(): Promise<void> {
    for (;;) {
      const next = this.#course[0];
      if (!next || this.#stop.signal.aborted) {
        this.#writingCourse = undefined;
        return;
      }
      if (this.#takeToken()) {
        this.#course.shift();
        await this.#write(next.text, next.at);
      } else {
        await this.#deps.clock.sleep(COURSE_EVERY_MS, this.#stop.signal).catch(() => {}); // the loop sees the signal
      }
    }
  }

  #takeToken(): boolean {
    const now = this.#deps.clock.now();
    const fresh = Math.floor((now - this.#refilledAt) / COURSE_EVERY_MS);
    if (fresh > 0) {
      this.#tokens = Math.min(COURSE_BURST, this.#tokens + fresh);
      this.#refilledAt = now;
    }
    if (this.#tokens === 0) return false;
    this.#tokens--;
    return true;
  }

  #isNew(key: string, now: number): boolean {
    for (const [known, at] of this.#told) if (now - at > QUIET_MS) this.#told.delete(known);
    if (this.#told.has(key)) return false;
    this.#told.set(key, now);
    return true;
  }

  async #write(text: EventText, now: number): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const { instance, type, reason, message } = text;
    const key = keyOf(text);
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

function keyOf({ instance, reason, message }: EventText): string {
  return `${instance.namespace}/${instance.name} ${reason} ${message}`;
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
