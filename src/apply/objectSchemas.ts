import type { KubeObject } from "../object/kubeObject.ts";

/** An object brought into the shape that the server's OpenAPI document describes. */
export interface ShapedObject {
  readonly object: KubeObject;
  /** What was dropped, with its path: `.spec.foo: unknown field`. */
  readonly warnings: readonly string[];
  /** Values of a wrong type, with their path. */
  readonly errors: readonly string[];
}

/** Knows the fields of the kinds that a server serves. */
export interface ObjectSchemas {
  /** Drops unknown fields and earlier duplicates of list keys; leaves an object of an unknown kind as it is. */
  shape(object: KubeObject, signal: AbortSignal): Promise<ShapedObject>;
}
