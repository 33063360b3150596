import { asObject, asString } from "../../object/json.ts";
import type { Draft, ObjectDraft } from "../draft.ts";
import { childOf } from "../draft.ts";
import { dataCauses, frozenCauses } from "./configStrategy.ts";
import type { KindStrategy } from "./kindStrategy.ts";
import { immutable } from "./metadataRules.ts";

/** Secrets as ConfigMaps, and their type never changes. `stringData` that is still there moves into `data`. */
export const secretStrategy: KindStrategy = {
  prepareCreate: moveStringData,
  prepareUpdate: moveStringData,
  validateCreate: dataCauses,
  validateUpdate: (next, live) => [
    ...immutable("type", next.type, live.type),
    ...frozenCauses(next, live),
    ...dataCauses(next),
  ],
};

function moveStringData(draft: ObjectDraft): void {
  const texts = Object.entries(asObject(draft.stringData));
  delete draft.stringData;
  if (texts.length === 0) return;
  const data: Draft = childOf(draft, "data");
  for (const [key, text] of texts) data[key] = Buffer.from(asString(text) ?? "").toString("base64");
}
