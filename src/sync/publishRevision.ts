import { mapConcurrently } from "../base/concurrency.ts";
import type { Issue } from "../base/issue.ts";
import { type ClusterError, isClusterError } from "../cluster/clusterError.ts";
import { refKey } from "../object/objectRef.ts";
import { MANAGER_SYNC } from "../object/ownership.ts";
import { type ApplyResult, applyDeclared, type Declared } from "./applyDeclared.ts";
import type { DeclaredInstance, DeclaredRevision, DeclaredVersion } from "./declareRevision.ts";
import type { SyncDeps } from "./syncDeps.ts";

/** Writes in flight: more are slower on a common API server. */
const CONCURRENCY = 8;

type Publishable = Declared | DeclaredInstance | DeclaredVersion;

/** What became of a revision's objects. */
export interface PublishResult {
  /** Objects written. */
  readonly written: number;
  /** What could not be written, each with the file that asks for it. */
  readonly issues: readonly Issue[];
  /** Number of objects that the API server refused; those on their way out are not among them. */
  readonly refused: number;
}

/**
 * Writes what differs: Operators and OperatorVersions first, then Instances. A refused object is an issue and stops no
 * other; an Instance whose OperatorVersion was refused keeps its last state.
 *
 * @throws ClusterError when the API server as a whole does not answer, SyncError notLeader
 */
export async function publishRevision(
  deps: SyncDeps,
  source: string,
  declared: DeclaredRevision,
  signal: AbortSignal,
): Promise<PublishResult> {
  const run = new PublishRun(deps, source, declared, signal);
  await run.all([...declared.operators.values()]);
  for (const wave of wavesOf(declared.versions)) await run.all(wave);
  await run.all([...declared.instances.values()]);
  return run.result();
}

/**
 * OperatorVersions in the order of their needs, those that do not need each other together: whoever sees one has seen
 * what it depends on.
 */
function wavesOf(versions: ReadonlyMap<string, DeclaredVersion>): readonly (readonly DeclaredVersion[])[] {
  const depths = new Map<string, number>();
  const depthOf = (key: string): number => {
    const known = depths.get(key);
    if (known !== undefined) return known;
    depths.set(key, 0); // a circle does not get here: packages are resolved
    const below = versions.get(key)?.needs.filter((need) => versions.has(need)) ?? [];
    const depth = below.length === 0 ? 0 : 1 + Math.max(...below.map(depthOf));
    depths.set(key, depth);
    return depth;
  };
  const waves = Map.groupBy(versions.entries(), ([key]) => depthOf(key));
  const ordered = [...waves].sort(([a], [b]) => a - b);
  return ordered.map(([, entries]) => entries.map(([, version]) => version));
}

class PublishRun {
  readonly #deps: SyncDeps;
  readonly #source: string;
  readonly #declared: DeclaredRevision;
  readonly #signal: AbortSignal;
  readonly #issues: Issue[] = [];
  /** Keys of what could not be written, and why. */
  readonly #refused = new Map<string, ClusterError>();
  readonly #namespaces = new Map<string, Promise<ClusterError | undefined>>();
  #written = 0;

  constructor(deps: SyncDeps, source: string, declared: DeclaredRevision, signal: AbortSignal) {
    this.#deps = deps;
    this.#source = source;
    this.#declared = declared;
    this.#signal = signal;
  }

  result(): PublishResult {
    return { written: this.#written, issues: this.#issues, refused: this.#refused.size };
  }

  async all(items: readonly Publishable[]): Promise<void> {
    await mapConcurrently(items, CONCURRENCY, (item) => this.#one(item));
  }

  async #one(item: Publishable): Promise<void> {
    const before = "version" in item ? [refKey(item.version)] : "needs" in item ? item.needs : [];
    const earlier = before.map((key) => this.#refused.get(key)).find((refusal) => refusal !== undefined);
    const error = earlier ?? (await this.#write(item));
    if (!error) return;
    this.#refused.set(keyOf(item), error);
    // A refused OperatorVersion, or a missing namespace, shows with each instance that needs it.
    if ("file" in item) this.#issues.push(issueOf(item, error));
    else if (item.object.kind === "Operator" && error.reason !== "notFound")
      this.#issues.push({ severity: "error", code: "sync.refused", message: error.message });
  }

  /** Applies; answers the refusal, if any. */
  async #write(item: Declared): Promise<ClusterError | undefined> {
    const namespace = item.object.metadata.namespace ?? "";
    try {
      return await this.#apply(item);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (error.reason !== "notFound" || !this.#mayCreate(namespace)) return error;
    }
    const failed = await this.#createNamespace(namespace);
    if (failed) return failed;
    try {
      return await this.#apply(item);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return error;
    }
  }

  async #apply(item: Declared): Promise<undefined> {
    const result: ApplyResult = await applyDeclared(this.#deps, this.#source, item, this.#signal);
    if (result === "written") this.#written++;
    return undefined;
  }

  /** One of the instances of a namespace may ask for it, also for the packages that go there. */
  #mayCreate(namespace: string): boolean {
    return [...this.#declared.instances.values()].some(
      ({ file, version }) =>
        file.sync.createNamespace && (file.namespace === namespace || version.namespace === namespace),
    );
  }

  #createNamespace(name: string): Promise<ClusterError | undefined> {
    const known = this.#namespaces.get(name);
    if (known !== undefined) return known;
    const created = this.#deps.client
      .apply(
        { apiVersion: "v1", kind: "Namespace", metadata: { name } },
        { fieldManager: MANAGER_SYNC, signal: this.#signal },
      )
      .then(
        () => undefined,
        (error: unknown) => {
          if (isRefusal(error)) return error;
          throw error;
        },
      );
    this.#namespaces.set(name, created);
    return created;
  }
}

/** True for answers about one object; anything else means that the API server as a whole does not serve us. */
function isRefusal(error: unknown): error is ClusterError {
  return isClusterError(
    error,
    "badRequest",
    "forbidden",
    "notFound",
    "conflict",
    "fieldConflict",
    "tooLarge",
    "invalid",
    "typedPatch",
  );
}

function keyOf({ object }: Declared): string {
  const { apiVersion, kind, metadata } = object;
  const { name = "", namespace } = metadata;
  return refKey({ apiVersion, kind, name, ...(namespace && { namespace }) });
}

function issueOf({ file }: DeclaredInstance, error: ClusterError): Issue {
  const place = { file: file.file, line: file.line };
  if (error.reason === "notFound") {
    const missing = /namespaces "([^"]+)"/.exec(error.message)?.[1] ?? file.namespace;
    return {
      severity: "error",
      code: "sync.namespaceMissing",
      message: `Instance ${file.namespace}/${file.name}: the namespace "${missing}" does not exist`,
      ...place,
      hint: `kubectl create namespace ${missing}, or set createNamespace: true under sync`,
    };
  }
  return {
    severity: "error",
    code: "sync.refused",
    message: `Instance ${file.namespace}/${file.name}: ${error.message}`,
    ...place,
    ...(error.hint !== undefined && { hint: error.hint }),
  };
}
