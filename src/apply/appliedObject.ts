import type { KubeObject } from "../object/kubeObject.ts";
import type { AppliedResult } from "./appliedIndex.ts";

/** One object after its turn. */
export interface AppliedObject extends AppliedResult {
  readonly action: "created" | "configured" | "unchanged";
  /** As it was sent. */
  readonly object: KubeObject;
  /** As the server answered; absent when nothing was asked. */
  readonly live?: KubeObject;
}
