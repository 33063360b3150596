import type { JsonValue } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import type { ObjectRef } from "../object/objectRef.ts";

/** Where the objects of one apiVersion and kind live. */
export interface ResourceInfo {
  readonly apiVersion: string;
  readonly kind: string;
  /** Plural name in the URL, `statefulsets`. */
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/** Every call takes a signal; aborting it rejects with an AbortError. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** Of a server-side apply. `force` takes fields from other managers. */
export interface ApplyOptions extends CallOptions {
  readonly fieldManager: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

/** Which objects of a kind are listed; all of them by default. */
export interface ListOptions extends CallOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Takes each page of `list` as it comes; the answer's items are then empty. */
  readonly onPage?: (items: readonly KubeObject[]) => void;
}

/** How an object is deleted, and on what condition. */
export interface DeleteOptions extends CallOptions {
  /** The delete fails with `conflict` when the live object has another uid. */
  readonly uid?: string;
  readonly propagation?: "Foreground" | "Background" | "Orphan";
}

/** RFC 6902, RFC 7386, and the merge by keys of Kubernetes. */
export type PatchType = "json" | "merge" | "strategic";

/** Of a patch that is no apply. */
export interface PatchOptions extends CallOptions {
  readonly fieldManager?: string;
  readonly subresource?: "status" | "scale";
  readonly dryRun?: boolean;
}

/** A command in a container of a pod that runs. */
export interface ExecOptions extends CallOptions {
  readonly container: string;
  readonly command: readonly string[];
  /** Of output and errors together; default 4 MiB. */
  readonly maxBytes?: number;
  /** Longest time that the command may take; default that of a request. */
  readonly timeoutMs?: number;
}

/** A command that has ended. */
export interface ExecResult {
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Which log of a pod, and how much of it. */
export interface LogOptions extends CallOptions {
  readonly container: string;
  /** Of the container's run before the present one. */
  readonly previous?: boolean;
  readonly sinceSeconds?: number;
}

/** One line of a watch. A bookmark carries only a resource version. */
export type WatchEvent =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: KubeObject }
  | { readonly type: "BOOKMARK"; readonly resourceVersion: string };

/**
 * The verbs of the API server, and nothing of policy: no force unless asked, no retries of conflicts.
 *
 * Objects go out and come back as plain JSON, names in URLs keep their case. Failures are `ClusterError`s with the
 * verb, the object, the server's reason and message. 429 with Retry-After and connection resets of idempotent reads are
 * retried inside; everything else is the caller's to judge.
 */
export interface ClusterClient {
  /** Looks a kind up; refreshes discovery once on a miss. `undefined` when the server does not serve it. */
  resource(apiVersion: string, kind: string, options?: CallOptions): Promise<ResourceInfo | undefined>;
  /** `undefined` when there is no such object. */
  get(ref: ObjectRef, options?: CallOptions): Promise<KubeObject | undefined>;
  /** All pages. `resourceVersion` is that of the list, to watch from. */
  list(
    type: { readonly apiVersion: string; readonly kind: string },
    options?: ListOptions,
  ): Promise<{ readonly items: readonly KubeObject[]; readonly resourceVersion: string }>;
  create(object: KubeObject, options?: CallOptions & { readonly fieldManager?: string }): Promise<KubeObject>;
  /** Replaces the whole object, guarded by its `metadata.resourceVersion` when it has one. */
  update(object: KubeObject, options?: CallOptions & { readonly fieldManager?: string }): Promise<KubeObject>;
  /** Server-side apply. Answers the object as stored, or as it would be stored with `dryRun`. */
  apply(object: KubeObject, options: ApplyOptions): Promise<KubeObject>;
  patch(ref: ObjectRef, type: PatchType, body: JsonValue, options?: PatchOptions): Promise<KubeObject>;
  /**
   * `undefined` when it was gone already; else the object: with deletionTimestamp while something holds it, without
   * (and maybe with nothing but its identity) when it went at once.
   */
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<KubeObject | undefined>;
  /** One watch request from a resource version, with bookmarks; ends when the server or the signal ends it. */
  watch(
    type: { readonly apiVersion: string; readonly kind: string },
    options: ListOptions & { readonly resourceVersion: string },
  ): AsyncIterable<WatchEvent>;
  /** Runs a command in a container of a running pod, without input. A failing command is an answer. */
  exec(pod: { readonly namespace: string; readonly name: string }, options: ExecOptions): Promise<ExecResult>;
  /** The log of a container up to now, piece by piece, as the container wrote it. */
  log(
    pod: { readonly namespace: string; readonly name: string },
    options: LogOptions,
  ): AsyncIterable<Uint8Array>;
  /** Any GET that answers JSON: `/version`, `/openapi/v3/…`. */
  getJson(path: string, options?: CallOptions): Promise<JsonValue>;
}
