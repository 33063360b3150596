import { asObject } from "../../object/json.ts";
import { childOf } from "../draft.ts";
import type { KindStrategy } from "./kindStrategy.ts";

/** A namespace holds itself by `spec.finalizers` until it is empty. */
export const namespaceStrategy: KindStrategy = {
  prepareCreate(draft) {
    childOf(draft, "spec").finalizers = ["kubernetes"];
    draft.status = { phase: "Active" };
    childOf(draft.metadata, "labels")["kubernetes.io/metadata.name"] = draft.metadata.name;
  },
  prepareUpdate(draft, live) {
    // Only the finalize endpoint changes spec.finalizers; it writes them itself.
    const kept = asObject(live.spec).finalizers;
    if (kept !== undefined) childOf(draft, "spec").finalizers = kept as string[];
  },
};
