import { backoffMs } from "../base/backoff.ts";
import { AppError, isAbort, messageOf } from "../base/errors.ts";
import { hasErrors, type Issue } from "../base/issue.ts";
import { rejectOnAbort } from "../base/rejectOnAbort.ts";
import { canonicalJson } from "../object/json.ts";
import { type ObjectRef, refKey } from "../object/objectRef.ts";
import { type InstanceIdentity, instanceKey } from "../object/ownership.ts";
import { PollLoop, type PollSchedule } from "../source/pollLoop.ts";
import type { Snapshot } from "../source/snapshot.ts";
import type { PollResult, Source } from "../source/source.ts";
import { applyDeclared, type Declared } from "./applyDeclared.ts";
import type { DeclaredRevision } from "./declareRevision.ts";
import type { Hold } from "./hold.ts";
import type { LoadedRevision } from "./loadedRevision.ts";
import { loadRevision, newRevisionMemory, type RevisionMemory } from "./loadRevision.ts";
import type { PackageOrigins } from "./packageResolver.ts";
import { prunePackages } from "./prunePackages.ts";
import type { ObjectEventType } from "./publishedObjects.ts";
import { removeInstances } from "./removeInstances.ts";
import { RevertThrottle } from "./revertThrottle.ts";
import type { SourceRecord, SourceRecords } from "./sourceRecord.ts";
import type { SourceStatus } from "./sourceStatus.ts";
import type { SyncDeps } from "./syncDeps.ts";
import { type OtherSources, ownedInstances, packageKeys, syncRevision } from "./syncRevision.ts";

/** What the loop of one source works with. */
export interface SourceSyncOptions {
  readonly source: Source;
  /** From the root of the repository; `.` for all of it. */
  readonly path: string;
  readonly schedule: PollSchedule;
  readonly packages: PackageOrigins;
  readonly deps: SyncDeps;
  readonly records: SourceRecords;
  readonly others: OtherSources;
  /** Called after a new revision was worked through. */
  readonly onNewRevision: () => void;
  /** Resolves when the custom resources of the cluster are known. */
  readonly primed: Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
}

const RETRY = { baseMs: 1_000, maxMs: 60_000 };
/** How often a process that is not the writer looks whether it has become it; costs no request. */
const STANDBY_MS = 1_000;
const FOREVER_MS = 2 ** 31 - 1;

/** Keeps the custom resources of one source as Git has them: polls, and works through one thing at a time. */
export class SourceSync {
  readonly name: string;
  readonly #options: SourceSyncOptions;
  readonly #loop: PollLoop;
  readonly #stopping = new AbortController();
  readonly #throttle = new RevertThrottle();
  readonly #memory: RevisionMemory;
  #wake = new AbortController();
  #running: Promise<void> | undefined;

  #snapshot: Snapshot | undefined;
  /** Kept for another attempt at the same snapshot. */
  #loaded: { readonly of: Snapshot; readonly revision: LoadedRevision } | undefined;
  #declared: DeclaredRevision | undefined;
  #record: SourceRecord | undefined;
  #recordRead = false;
  #issues: readonly Issue[] = [];
  #problem: AppError | Error | undefined;
  #refused = 0;

  /** What waits to be done. */
  #syncWanted = false;
  /** The next poll is followed by a pass, whatever it finds. */
  #poked = false;
  #pruneWanted = false;
  readonly #dirty = new Set<string>();
  readonly #confirmations: (() => Promise<void>)[] = [];
  #failures = 0;
  #retryAt = Number.POSITIVE_INFINITY;

  constructor(options: SourceSyncOptions) {
    this.name = options.source.name;
    this.#options = options;
    this.#memory = newRevisionMemory(this.name, options.packages);
    this.#loop = new PollLoop({
      source: options.source,
      schedule: options.schedule,
      clock: options.deps.clock,
      random: options.random,
      onResult: (result) => this.#polled(result),
    });
  }

  start(): void {
    this.#running ??= this.#run();
    this.#loop.start();
  }

  /** Resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake.abort();
    await Promise.all([this.#loop.stop(), this.#running]);
  }

  /** Polls now, and works through the revision again even when it is the same. */
  poke(): void {
    this.#poked = true;
    // A repository may have something newer by now.
    if (this.#options.packages.repositories.length > 0) this.#loaded = undefined;
    this.#loop.poke();
  }

  get hold(): Hold | undefined {
    return this.#record?.hold;
  }

  /** True once it is known what the newest revision declares. */
  get isDecided(): boolean {
    return this.#declared !== undefined;
  }

  /** True when the newest revision declares the object with this `refKey`. */
  declares(key: string): boolean {
    return this.#declaration(key) !== undefined;
  }

  /** True when the newest revision declares it, or left it out because another source has it. */
  wants(key: string): boolean {
    return this.declares(key) || this.#declared?.leftOut.has(key) === true;
  }

  /** Looks again at what another source had, now that that one has a new revision. */
  reconsider(): void {
    if (!this.#declared?.leftOut.size) return;
    this.#syncWanted = true;
    this.#wake.abort();
  }

  /**
   * Hears of every change of a custom resource, after it was taken into what is known of the cluster.
   *
   * @param moved  it names another OperatorVersion than before, or is gone: that one may be needed by nobody
   */
  observed(type: ObjectEventType, ref: ObjectRef, moved = false): void {
    const key = refKey(ref);
    const declared = this.#declaration(key);
    if (declared && !this.#options.deps.published.matches(ref, declared.digest)) {
      this.#dirty.add(key);
      this.#wake.abort();
    }
    if (moved && type !== "DELETED" && ref.kind === "Instance" && this.#declared) {
      this.#pruneWanted = true;
      this.#wake.abort();
    }
    if (type === "DELETED" && ref.kind === "Instance" && this.#declared) {
      this.#pruneWanted = true;
      // Also leaves the hold, when it was in it.
      if (this.hold) this.#syncWanted = true;
      this.#wake.abort();
    }
  }

  /** Deletes what the hold names; `undefined` when the source has no hold of that id (any more). */
  async confirm(id: string): Promise<readonly InstanceIdentity[] | undefined> {
    if (this.hold?.id !== id) return undefined;
    const done = Promise.withResolvers<readonly InstanceIdentity[] | undefined>();
    this.#confirmations.push(async () => {
      try {
        done.resolve(await this.#confirmNow(id));
      } catch (error) {
        done.reject(error);
      }
    });
    this.#wake.abort();
    return await done.promise;
  }

  get status(): SourceStatus {
    const { source } = this.#options;
    const condition = this.#loop.condition;
    const applied = this.#record?.appliedRevision;
    return {
      name: this.name,
      url: source.url,
      ref: source.ref ?? "HEAD",
      revision: condition.revision ?? null,
      fetchedAt: condition.fetchedAt ?? null,
      appliedRevision: applied ?? null,
      ...this.#judge(condition.state, condition.message, applied),
      issues: [...this.#issues, ...this.#missingVersions()],
    };
  }

  /** Instances that wait for an OperatorVersion: it may come at any time, so this is looked up each time. */
  #missingVersions(): readonly Issue[] {
    const { published } = this.#options.deps;
    const waiting = [...(this.#declared?.instances.values() ?? [])].filter(
      ({ version }) => !this.declares(refKey(version)) && !published.get(version),
    );
    return waiting.map(({ file, version }) => ({
      severity: "warning",
      code: "sync.operatorVersionMissing",
      message: `Instance ${instanceKey(file)}: there is no OperatorVersion ${version.namespace}/${version.name}; it waits`,
      file: file.file,
      line: file.line,
      hint: "add the package to the repository, or correct spec.operatorVersion.name",
    }));
  }

  #judge(
    state: SourceStatus["state"],
    message: string,
    applied: string | undefined,
  ): Pick<SourceStatus, "state" | "message"> {
    if (state !== "ok") return { state, message };
    if (this.#problem)
      return { state: applied === undefined ? "failed" : "stale", message: textOf(this.#problem) };
    if (this.#refused > 0)
      return {
        state: "stale",
        message: `${this.#refused === 1 ? "1 object" : `${this.#refused} objects`} could not be written; see issues`,
      };
    if (!this.#declared) return { state: "pending", message: "fetched; not applied yet" };
    const { hold } = this;
    if (hold)
      return {
        state,
        message: `${hold.reason}; ${hold.instances.length} wait for a confirmation: lockstep confirm ${hold.id}`,
      };
    return { state, message: hasErrors(this.#issues) ? "some files have mistakes; see issues" : "" };
  }

  #declaration(key: string): Declared | undefined {
    const declared = this.#declared;
    return declared?.instances.get(key) ?? declared?.versions.get(key) ?? declared?.operators.get(key);
  }

  #polled(result: PollResult): void {
    const { emit } = this.#options.deps;
    const source = this.name;
    if (result.kind === "failed") {
      const { code, message } = result.error;
      emit({ kind: "polled", source, outcome: "failed", code, message });
    } else if (result.kind === "unchanged") {
      emit({ kind: "polled", source, outcome: "unchanged", revision: result.revision });
    } else {
      emit({ kind: "polled", source, outcome: "changed", revision: result.snapshot.revision });
      this.#snapshot = result.snapshot;
      this.#failures = 0;
      this.#poked = true;
    }
    if (this.#poked) {
      this.#poked = false;
      this.#syncWanted = true;
      this.#wake.abort();
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { deps, primed } = this.#options;
    try {
      await Promise.race([primed, rejectOnAbort(signal)]);
      while (!signal.aborted) {
        if (deps.mayWrite()) await this.#turn(signal);
        await this.#sleep();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Does what waits; a failure is recorded and tried again. */
  async #turn(signal: AbortSignal): Promise<void> {
    const { clock, emit } = this.#options.deps;
    if (clock.now() >= this.#retryAt) this.#syncWanted = true;
    const snapshot = this.#snapshot;
    if (!snapshot) return;
    try {
      if (this.#syncWanted) await this.#sync(snapshot, signal);
      await this.#revert(signal);
      for (const confirm of this.#confirmations.splice(0)) await confirm();
      if (this.#pruneWanted) await this.#prune(signal);
    } catch (error) {
      if (signal.aborted || isAbort(error)) throw error;
      this.#problem = error instanceof Error ? error : new Error(messageOf(error));
      const code = error instanceof AppError ? error.code : "sync.internal";
      const { revision } = snapshot;
      emit({ kind: "syncFailed", source: this.name, revision, code, message: messageOf(error) });
      this.#retryLater();
    }
  }

  async #sync(snapshot: Snapshot, signal: AbortSignal): Promise<void> {
    const { deps, source, path, others } = this.#options;
    const startedAt = deps.clock.now();
    const previous = this.#declared;
    this.#syncWanted = false;
    this.#retryAt = Number.POSITIVE_INFINITY;
    await this.#readRecord(signal);
    const known = this.#loaded?.of === snapshot && !this.#loaded.revision.mayRetry;
    const loaded =
      known && this.#loaded
        ? this.#loaded.revision
        : await loadRevision(snapshot, path, this.#memory, signal);
    this.#loaded = { of: snapshot, revision: loaded };
    const outcome = await syncRevision(
      deps,
      {
        source,
        path,
        loaded,
        others,
        previous,
        record: this.#record,
        onDeclared: (declared) => {
          this.#declared = declared;
        },
      },
      signal,
    );
    if (outcome.record) await this.#saveRecord(outcome.record, signal);
    this.#issues = outcome.issues;
    this.#problem = undefined;
    this.#refused = outcome.refused;
    if (outcome.again || loaded.mayRetry) this.#retryLater();
    else this.#failures = 0;
    if (previous?.revision !== snapshot.revision) this.#options.onNewRevision();
    deps.emit({
      kind: "synced",
      source: this.name,
      revision: snapshot.revision,
      durationMs: deps.clock.now() - startedAt,
      instances: loaded.instances.length,
      written: outcome.written,
      removed: outcome.removed,
      issues: outcome.issues.length,
    });
  }

  /** Writes declared objects again that somebody changed or deleted. */
  async #revert(signal: AbortSignal): Promise<void> {
    const { deps } = this.#options;
    for (const key of [...this.#dirty]) {
      this.#dirty.delete(key);
      const declared = this.#declaration(key);
      if (!declared) continue;
      const { apiVersion, kind, metadata } = declared.object;
      const ref = { apiVersion, kind, name: metadata.name ?? "", namespace: metadata.namespace ?? "" };
      if (deps.published.matches(ref, declared.digest)) continue;
      if (!this.#throttle.admit(key, deps.clock.now())) {
        this.#retryAt = Math.min(this.#retryAt, deps.clock.now() + RETRY.maxMs);
        continue;
      }
      await applyDeclared(deps, this.name, declared, signal);
    }
  }

  async #prune(signal: AbortSignal): Promise<void> {
    const { deps, others } = this.#options;
    this.#pruneWanted = false;
    if (!this.#declared || !this.#loaded?.revision.packagesComplete || this.#refused > 0) return;
    await prunePackages(deps, this.name, packageKeys(deps, this.name, this.#declared, others), signal);
  }

  async #confirmNow(id: string): Promise<readonly InstanceIdentity[] | undefined> {
    const { deps } = this.#options;
    const record = this.#record;
    const hold = record?.hold;
    if (!record || hold?.id !== id) return undefined;
    const { signal } = this.#stopping;
    const owned = new Set(ownedInstances(deps, this.name).map(({ uid }) => uid));
    const going = hold.instances.filter(({ uid }) => owned.has(uid));
    await removeInstances(deps, this.name, hold.revision, going, signal);
    const { hold: _, ...rest } = record;
    await this.#saveRecord(rest, signal, "confirmed");
    return going;
  }

  async #readRecord(signal: AbortSignal): Promise<void> {
    if (this.#recordRead) return;
    this.#record = await this.#options.records.load(this.name, signal);
    this.#recordRead = true;
  }

  async #saveRecord(
    record: SourceRecord,
    signal: AbortSignal,
    how: "confirmed" | "returned" = "returned",
  ): Promise<void> {
    const { records, deps } = this.#options;
    const before = this.#record?.hold;
    const { hold } = record;
    if (canonicalJson(record) !== canonicalJson(this.#record ?? null))
      await records.save(this.name, record, signal);
    this.#record = record;
    if (before && before.id !== hold?.id)
      deps.emit({ kind: "holdEnded", source: this.name, id: before.id, how });
    if (hold && hold.id !== before?.id) {
      const { id, instances, reason } = hold;
      deps.emit({ kind: "held", source: this.name, id, instances, reason });
    }
  }

  #retryLater(): void {
    const { deps, random } = this.#options;
    this.#failures++;
    this.#retryAt = deps.clock.now() + backoffMs(this.#failures, random(), RETRY);
  }

  async #sleep(): Promise<void> {
    const { deps } = this.#options;
    this.#wake = new AbortController();
    const standsBy = !deps.mayWrite();
    const isBusy = this.#dirty.size > 0 || this.#confirmations.length > 0 || this.#pruneWanted;
    const failed = this.#retryAt !== Number.POSITIVE_INFINITY;
    if (this.#stopping.signal.aborted) return;
    if (!standsBy && !failed && (this.#syncWanted || isBusy) && this.#snapshot) return;
    const until = failed ? Math.max(0, this.#retryAt - deps.clock.now()) : FOREVER_MS;
    try {
      await deps.clock.sleep(standsBy ? STANDBY_MS : Math.min(until, FOREVER_MS), this.#wake.signal);
    } catch (error) {
      if (!isAbort(error)) throw error;
    }
  }
}

function textOf(error: AppError | Error): string {
  const hint = error instanceof AppError ? error.hint : undefined;
  return [error.message, hint].filter(Boolean).join("; ");
}
