import type { StoreEvent } from "../store/collection.ts";
import type { ControllerClient } from "./controllerClient.ts";

/** Key of what a controller looks after: `namespace/name`, or `/name` for the cluster's own objects. */
export type ControllerKey = string;

/**
 * One loop that brings the cluster nearer to what its objects ask for.
 *
 * `reconcile` looks at one key, does what can be done now, and says in how many milliseconds it wants to look again
 * (`undefined`: when something changes). It is called again after every change of what it watches.
 */
export interface Controller {
  readonly name: string;
  /** Keys that a change concerns; storage keys it does not care for give none. */
  readonly keysOf: (
    storageKey: string,
    event: StoreEvent,
    client: ControllerClient,
  ) => readonly ControllerKey[];
  /** Milliseconds from a change to the look at it; default the sandbox's reaction time. */
  readonly delayMs?: number;
  readonly reconcile: (key: ControllerKey, client: ControllerClient) => number | undefined;
}

/** Namespace and name in one text; the namespace is empty for what has none. */
export function keyOf({
  metadata,
}: {
  readonly metadata: { readonly namespace?: string; readonly name?: string };
}): ControllerKey {
  return `${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
}

/** The inverse of {@link keyOf}. */
export function splitKey(key: ControllerKey): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf("/");
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
