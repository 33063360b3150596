import { type AppliedIndex, findEntry } from "../apply/appliedIndex.ts";
import type { IndexStore } from "../apply/indexStore.ts";
import { type Clock, rfc3339 } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { ClusterClient } from "../cluster/clusterClient.ts";
import { detectDrift } from "../drift/detectDrift.ts";
import { diffObjects } from "../drift/diffObjects.ts";
import type { DriftReport, FieldDrift, ObjectDrift } from "../drift/driftReport.ts";
import { maskTextsIn } from "../drift/redact.ts";
import { deepEqual } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { formatRef, type ObjectRef, refKey } from "../object/objectRef.ts";
import { fieldManager, type InstanceKey, instanceKey } from "../object/ownership.ts";
import { maskRandom } from "./maskRandom.ts";
import type { ObjectChange } from "./objectTracker.ts";
import type { EmitEvent } from "./reconcileEvent.ts";

/** What drift detection needs from outside. */
export interface DriftMonitorDeps {
  readonly client: Pick<ClusterClient, "get" | "apply">;
  readonly clock: Clock;
  readonly indexes: Pick<IndexStore, "manifests">;
  /** The applied set as it is now, with what rides on its next write. */
  readonly indexOf: (instance: InstanceKey) => AppliedIndex | undefined;
  /** True while a plan runs: what it writes is no drift, so everything is looked at when it has ended. */
  readonly isBusy: (instance: InstanceKey) => boolean;
  readonly emit: EmitEvent;
}

/** A look that is due; `live` is the object as the watch had it, `undefined` to ask the server. */
interface Check {
  readonly instance: InstanceKey;
  readonly ref: ObjectRef;
  readonly live: KubeObject | undefined;
  readonly seenAt: string;
}

interface InstanceDrift {
  /** By `refKey`. */
  readonly objects: Map<string, ObjectDrift>;
  /** Changed while a plan ran: looked at when it has ended. */
  readonly later: Map<string, ObjectRef>;
  checkedAt: string | null;
}

/** Looks under way at once; each is a comparison in memory and, when that finds something, one dry run. */
const CONCURRENCY = 4;
const RETRY_MS = 5_000;

/**
 * Compares every changed object with what its instance applied, as the watches tell of it, and remembers what differs.
 * Reports only; nothing is written.
 */
export class DriftMonitor {
  readonly #deps: DriftMonitorDeps;
  readonly #instances = new Map<string, InstanceDrift>();
  readonly #due = new Map<string, Check>();
  readonly #running = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(deps: DriftMonitorDeps) {
    this.#deps = deps;
  }

  /** Takes a change of an object's content, or its disappearance. */
  objectChanged({ ref, owners, object, contentChanged }: ObjectChange): void {
    if (!contentChanged) return;
    for (const owner of owners) {
      const [namespace = "", name = ""] = owner.split("/");
      const instance = { namespace, name };
      if (!this.#deps.indexOf(instance)) continue; // gone, and with it what it owned
      if (this.#deps.isBusy(instance)) void this.#changedWhileBusy(instance, ref, object);
      else this.#schedule({ instance, ref, live: object, seenAt: this.#now() });
    }
  }

  /** Takes note of a write of ours: what the watch told of the object until now is our own doing, or undone. */
  written(instance: InstanceKey, ref: ObjectRef): void {
    this.#instances.get(instanceKey(instance))?.later.delete(refKey(ref));
  }

  /** Looks at what changed while the plan ran. */
  planEnded(instance: InstanceKey): void {
    const known = this.#of(instance);
    const due = new Map(known.later);
    for (const [key, { apiVersion, kind, namespace, name }] of known.objects) {
      due.set(
        key,
        namespace === undefined ? { apiVersion, kind, name } : { apiVersion, kind, namespace, name },
      );
    }
    known.later.clear();
    known.checkedAt = this.#now();
    for (const ref of due.values()) this.#schedule({ instance, ref, live: undefined, seenAt: this.#now() });
  }

  /** Looks at objects of which nobody could tell before what was applied. */
  recovered(instance: InstanceKey, refs: readonly ObjectRef[]): void {
    if (!this.#deps.indexOf(instance)) return;
    for (const ref of refs) this.#of(instance).later.set(refKey(ref), ref);
    if (!this.#deps.isBusy(instance)) this.planEnded(instance);
  }

  /** Looks at objects now, and resolves when that is done. */
  async recheck(instance: InstanceKey, refs: readonly ObjectRef[], signal: AbortSignal): Promise<void> {
    for (const ref of refs) {
      if (this.#of(instance).objects.has(refKey(ref)))
        await this.#look({ instance, ref, live: undefined, seenAt: this.#now() }, signal);
    }
  }

  /** True when the object was found different and nobody has mended it since. */
  isDrifted(instance: InstanceKey, ref: ObjectRef): boolean {
    return this.#instances.get(instanceKey(instance))?.objects.has(refKey(ref)) ?? false;
  }

  /** Keys (`refKey`) of the objects that are known to be gone. */
  missing(instance: InstanceKey): ReadonlySet<string> {
    const objects = this.#instances.get(instanceKey(instance))?.objects ?? new Map<string, ObjectDrift>();
    return new Set([...objects].flatMap(([key, { change }]) => (change === "missing" ? [key] : [])));
  }

  /** What is known to differ now. */
  report(instance: InstanceKey): DriftReport {
    const known = this.#instances.get(instanceKey(instance));
    if (!known) return { state: "Unknown", checkedAt: null, objects: [] };
    const { checkedAt } = known;
    if (known.objects.size === 0) return { state: checkedAt ? "InSync" : "Unknown", checkedAt, objects: [] };
    const objects = [...known.objects.values()].sort((a, b) => (formatRef(a) < formatRef(b) ? -1 : 1));
    return { state: "Drifted", checkedAt, objects };
  }

  /** Drops everything about an instance that is gone. */
  forget(instance: InstanceKey): void {
    this.#instances.delete(instanceKey(instance));
    for (const [key, check] of this.#due)
      if (instanceKey(check.instance) === instanceKey(instance)) this.#due.delete(key);
  }

  /** Ends the looks under way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#due.clear();
    await Promise.all(this.#running);
  }

  #schedule(check: Check): void {
    if (this.#stop.signal.aborted) return;
    this.#due.set(`${instanceKey(check.instance)} ${refKey(check.ref)}`, check);
    this.#dispatch();
  }

  #dispatch(): void {
    for (const [key, check] of this.#due) {
      if (this.#running.size >= CONCURRENCY) return;
      this.#due.delete(key);
      const look = this.#look(check, this.#stop.signal)
        .catch((error: unknown) => this.#retry(check, error))
        .finally(() => {
          this.#running.delete(look);
          this.#dispatch();
        });
      this.#running.add(look);
    }
  }

  /**
   * Keeps in mind to look later, unless the object is as applied: controllers note things on what the plan has just
   * written, and looking at each of those would cost a request.
   */
  async #changedWhileBusy(
    instance: InstanceKey,
    ref: ObjectRef,
    object: KubeObject | undefined,
  ): Promise<void> {
    const key = refKey(ref);
    const { later } = this.#of(instance);
    later.set(key, ref);
    if (!object || object.metadata.deletionTimestamp) return;
    try {
      const desired = (await this.#deps.indexes.manifests(instance, this.#stop.signal)).get(key);
      const isAsApplied = desired !== undefined && diffObjects(desired, object).length === 0;
      if (isAsApplied && later.get(key) === ref) later.delete(key);
    } catch {
      // It stays to be looked at.
    }
  }

  #retry(check: Check, error: unknown): void {
    if (this.#stop.signal.aborted) return;
    this.#deps.emit({ kind: "watchFailed", resource: formatRef(check.ref), message: messageOf(error) });
    setTimeout(() => this.#schedule({ ...check, live: undefined }), RETRY_MS).unref();
  }

  async #look(check: Check, signal: AbortSignal): Promise<void> {
    const { instance, ref, live, seenAt } = check;
    const index = this.#deps.indexOf(instance);
    if (!index) return;
    const entry = findEntry(index, ref);
    const key = refKey(ref);
    const known = this.#of(instance);
    known.checkedAt = this.#now();
    if (!entry || entry.pendingDeletion || entry.digest === "") {
      known.objects.delete(key);
      return;
    }
    const desired = (await this.#deps.indexes.manifests(instance, signal)).get(key);
    if (!desired) return;
    const drift = await detectDrift(this.#deps.client, {
      desired,
      live,
      seenAt,
      fieldManager: fieldManager(instance),
      signal,
    });
    const found = drift && maskDrift(drift, maskRandom(index));
    if (this.#deps.isBusy(instance)) {
      known.later.set(key, ref);
      return;
    }
    const before = known.objects.get(key);
    if (found) this.#found(instance, known, key, before ? keepTimes(found, before) : found, before);
    else if (known.objects.delete(key)) this.#deps.emit({ kind: "driftGone", instance, object: ref });
  }

  #found(
    instance: InstanceKey,
    known: InstanceDrift,
    key: string,
    found: ObjectDrift,
    before: ObjectDrift | undefined,
  ): void {
    known.objects.set(key, found);
    if (before && deepEqual(before, found)) return;
    const { apiVersion, kind, namespace, name, fields } = found;
    this.#deps.emit({
      kind: "driftFound",
      instance,
      object: { apiVersion, kind, name, ...(namespace !== undefined && { namespace }) },
      pointers: fields.map((field) => field.pointer),
      manager: fields.find((field) => field.manager !== null)?.manager ?? null,
    });
  }

  #of(instance: InstanceKey): InstanceDrift {
    const key = instanceKey(instance);
    const known = this.#instances.get(key) ?? { objects: new Map(), later: new Map(), checkedAt: null };
    this.#instances.set(key, known);
    return known;
  }

  #now(): string {
    return rfc3339(this.#deps.clock.now());
  }
}

/** What the instance has drawn is not shown, wherever it stands. */
function maskDrift(drift: ObjectDrift, mask: (text: string) => string): ObjectDrift {
  const fields = drift.fields.map(
    (field): FieldDrift => ({
      ...field,
      ...(field.desired !== undefined && { desired: maskTextsIn(field.desired, mask) }),
      ...(field.live !== undefined && { live: maskTextsIn(field.live, mask) }),
    }),
  );
  return { ...drift, fields };
}

/** A field that drifted already keeps the time at which it was first seen. */
function keepTimes(found: ObjectDrift, before: ObjectDrift): ObjectDrift {
  const fields = found.fields.map((field): FieldDrift => {
    const same = before.fields.find(
      (known) => known.pointer === field.pointer && deepEqual(known.live, field.live),
    );
    return same ? { ...field, seenAt: same.seenAt } : field;
  });
  const isStillMissing =
    found.change === "missing" && before.change === "missing" && before.seenAt !== undefined;
  return { ...found, ...(isStillMissing && { seenAt: before.seenAt }), fields };
}
