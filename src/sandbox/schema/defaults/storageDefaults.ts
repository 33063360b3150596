import type { JsonObject } from "../../../object/json.ts";
import { atMember, inMember, withMissing } from "./fill.ts";

/** The spec of a claim, wherever it stands. */
export function claimSpecDefaults(spec: JsonObject): JsonObject {
  return withMissing(spec, { volumeMode: "Filesystem" });
}

/** A PersistentVolumeClaim with what the API server fills in. */
export function claimDefaults(claim: JsonObject): JsonObject {
  const filled = inMember(claim, "spec", claimSpecDefaults);
  return atMember(filled, "status", (status) => withMissing(status, { phase: "Pending" }));
}

/** A PersistentVolume with what the API server fills in. */
export function volumeDefaults(volume: JsonObject): JsonObject {
  const filled = inMember(volume, "spec", (spec) =>
    inMember(
      withMissing(spec, { persistentVolumeReclaimPolicy: "Retain", volumeMode: "Filesystem" }),
      "hostPath",
      (source) => withMissing(source, { type: "" }),
    ),
  );
  return atMember(filled, "status", (status) => withMissing(status, { phase: "Pending" }));
}

/** A StorageClass with what the API server fills in. */
export function storageClassDefaults(storageClass: JsonObject): JsonObject {
  return withMissing(storageClass, { reclaimPolicy: "Delete", volumeBindingMode: "Immediate" });
}
