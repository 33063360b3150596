import type { KubeObject } from "../object/kubeObject.ts";

/** Where in which plan an object was rendered. */
export interface Origin {
  readonly plan: string;
  readonly phase: string;
  readonly step: string;
  readonly task: string;
}

/** One rendered object with its labels, annotations, namespace and owner; the ownership mark is put on here. */
export interface DesiredObject {
  readonly object: KubeObject;
  readonly origin: Origin;
  /** Template it came from, for located warnings and errors. */
  readonly file?: string;
  /** What was changed since it was rendered, a version that the cluster lacks, say. */
  readonly warnings?: readonly string[];
}

/** What an applied set keeps of an object before it is written. */
export interface IntendedObject {
  /** As it will be sent: prepared, with the ownership mark. What the applied set holds. */
  readonly object: KubeObject;
  readonly origin: Origin;
  /** Of the prepared object without stamps; equal digests mean nothing to write. */
  readonly digest: string;
  readonly adopted: boolean;
  readonly maker?: string;
  /** Keys of a Secret that were `stringData` when it was rendered. */
  readonly textKeys?: readonly string[];
  readonly warnings: readonly string[];
  /** RFC 3339, when it was decided; before the first write. */
  readonly plannedAt: string;
}
