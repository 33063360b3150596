import { asObject, asString } from "../../object/json.ts";
import type { Draft, ObjectDraft } from "../draft.ts";
import { childOf } from "../draft.ts";
import { badRequest } from "../statusError.ts";
import { dataCauses, frozenCauses } from "./configStrategy.ts";
import type { KindStrategy } from "./kindStrategy.ts";
import { immutable } from "./metadataRules.ts";

/** Secrets as ConfigMaps, and their type never changes. `stringData` that is still there moves into `data`. */
export const secretStrategy: KindStrategy = {
  prepareCreate: readData,
  prepareUpdate: readData,
  validateCreate: dataCauses,
  validateUpdate: (next, live) => [
    ...immutable("type", next.type, live.type),
    ...frozenCauses(next, live),
    ...dataCauses(next),
  ],
};

function readData(draft: ObjectDraft): void {
  moveStringData(draft);
  for (const value of Object.values(asObject(draft.data))) {
    const text = asString(value) ?? "";
    const broken = /[^A-Za-z0-9+/=\r\n]/.exec(text);
    if (broken) {
      throw badRequest(
        `Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte ${broken.index}`,
      );
    }
  }
}

function moveStringData(draft: ObjectDraft): void {
  const texts = Object.entries(asObject(draft.stringData));
  delete draft.stringData;
  if (texts.length === 0) return;
  const data: Draft = childOf(draft, "data");
  for (const [key, text] of texts) data[key] = Buffer.from(asString(text) ?? "").toString("base64");
}
