import type { Clock } from "../../base/clock.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { FieldValidation, ObjectPipeline } from "../objectPipeline.ts";
import type { TypeRegistry } from "../registry/typeRegistry.ts";
import type { ObjectStore } from "../store/objectStore.ts";
import type { AddressPool } from "../strategies/addressPool.ts";

/** Everything a verb works on. One per sandbox. */
export interface ClusterState {
  readonly registry: TypeRegistry;
  readonly store: ObjectStore;
  readonly pipeline: ObjectPipeline;
  readonly clock: Clock;
  readonly addresses: AddressPool;
}

/** What a write carries besides its object. */
export interface WriteOptions {
  readonly manager: string;
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
}

/** The object of a write as it is now stored (or would be), and the texts of Warning headers. */
export interface WriteResult {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
  readonly created: boolean;
}
