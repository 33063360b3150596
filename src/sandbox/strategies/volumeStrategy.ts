import { asList } from "../../object/json.ts";
import type { KindStrategy } from "./kindStrategy.ts";

const PROTECTION = "kubernetes.io/pv-protection";

/** A volume begins Pending and is protected while a claim uses it. */
export const volumeStrategy: KindStrategy = {
  prepareCreate(draft) {
    draft.status = { phase: "Pending" };
    const finalizers = asList(draft.metadata.finalizers).map(String);
    if (!finalizers.includes(PROTECTION)) draft.metadata.finalizers = [...finalizers, PROTECTION];
  },
};
