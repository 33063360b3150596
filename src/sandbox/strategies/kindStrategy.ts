import type { KubeObject } from "../../object/kubeObject.ts";
import type { ObjectDraft } from "../draft.ts";
import type { FieldCause } from "../objectPipeline.ts";
import type { AddressPool } from "./addressPool.ts";

/** What a strategy may use. With `dryRun` nothing may be taken from the pool for good. */
export interface StrategyContext {
  readonly addresses: AddressPool;
  readonly dryRun: boolean;
  /** RFC 3339. */
  readonly time: string;
  /** The namespaces, claims and the like that a rule looks at. */
  readonly find: (storageKey: string, namespace: string, name: string) => KubeObject | undefined;
}

/**
 * What Kubernetes does to one kind beyond what every kind has: values it fills on write, rules of updates.
 *
 * Called after defaulting and after managedFields were settled, as in the real server, so what is filled here belongs to
 * no manager.
 */
export interface KindStrategy {
  /** Defaults that belong to the manager who creates the object. */
  readonly fill?: (draft: ObjectDraft) => void;
  readonly prepareCreate?: (draft: ObjectDraft, context: StrategyContext) => void;
  readonly prepareUpdate?: (draft: ObjectDraft, live: KubeObject, context: StrategyContext) => void;
  readonly validateCreate?: (object: KubeObject, context: StrategyContext) => readonly FieldCause[];
  readonly validateUpdate?: (
    next: KubeObject,
    live: KubeObject,
    context: StrategyContext,
  ) => readonly FieldCause[];
  /** Grace of a delete in seconds; 0 deletes at once. Absent: no grace. */
  readonly gracePeriod?: (object: KubeObject, asked: number | undefined) => number;
  /** Finalizers that a delete puts on the object. */
  readonly deletionFinalizers?: readonly string[];
  /** Called when the object left the store. */
  readonly released?: (object: KubeObject, addresses: AddressPool) => void;
  /** What a delete without a policy means. */
  readonly defaultPropagation?: "Background" | "Orphan";
}
