import { asObject, deepEqual } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { FieldCause } from "../objectPipeline.ts";
import type { KindStrategy } from "./kindStrategy.ts";
import { configKeyRule, forbiddenField, invalidValues } from "./nameRules.ts";

/** Bytes of all values together. */
const DATA_LIMIT = 1_048_576;
const FROZEN = "field is immutable when `immutable` is set";

/** Keys, size, and `immutable`. */
export const configStrategy: KindStrategy = {
  validateCreate: dataCauses,
  validateUpdate: (next, live) => [...frozenCauses(next, live), ...dataCauses(next)],
};

/** What keys and size of `data` break. */
export function dataCauses(object: KubeObject): readonly FieldCause[] {
  let size = 0;
  const causes: FieldCause[] = [];
  for (const member of ["data", "binaryData"]) {
    for (const [key, value] of Object.entries(asObject(object[member]))) {
      const isBytes = object.kind === "Secret" || member === "binaryData";
      size += Buffer.byteLength(String(value), isBytes ? "base64" : "utf8");
      causes.push(...invalidValues(`${member}[${key}]`, key, configKeyRule));
    }
  }
  if (size <= DATA_LIMIT) return causes;
  return [
    ...causes,
    { reason: "FieldValueTooLong", message: `Too long: may not be more than ${DATA_LIMIT} bytes`, field: "" },
  ];
}

/** What an update of an immutable ConfigMap or Secret breaks. */
export function frozenCauses(next: KubeObject, live: KubeObject): readonly FieldCause[] {
  if (live.immutable !== true) return [];
  return [
    ...(next.immutable === true ? [] : [forbiddenField("immutable", FROZEN)]),
    ...["data", "binaryData"]
      .filter((member) => !deepEqual(next[member] ?? {}, live[member] ?? {}))
      .map((member) => forbiddenField(member, FROZEN)),
  ];
}
