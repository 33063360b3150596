import type { ApplyNote } from "../apply/applyNote.ts";
import { assertNever } from "../base/assertNever.ts";
import { formatRef } from "../object/objectRef.ts";
import { type InstanceKey, instanceKey } from "../object/ownership.ts";
import type { ReconcileEvent } from "./reconcileEvent.ts";

/** What people hear of a note; `undefined` when it only counts. */
export function eventOfNote(instance: InstanceKey, note: ApplyNote): ReconcileEvent | undefined {
  const noted = (severity: "normal" | "warning", reason: string, message: string): ReconcileEvent => ({
    kind: "noted",
    instance,
    severity,
    reason,
    message,
    object: note.ref,
  });
  const subject = formatRef(note.ref);
  switch (note.kind) {
    case "conflictForced":
      return noted(
        "warning",
        "ConflictForced",
        `${subject}: took ${note.fields.join(", ")} from ${note.managers.join(", ")}`,
      );
    case "adopted":
      return noted(
        "warning",
        "Adopted",
        `${subject}: existed before and is managed from now on; it will never be pruned, only released`,
      );
    case "takenOver":
      return noted("normal", "TakenOver", `${subject}: took over the fields of ${note.maker}`);
    case "shared":
      return noted(
        "normal",
        "Shared",
        `${subject}: also owned by ${note.owners.map(instanceKey).join(", ")}`,
      );
    case "released": {
      const owners =
        note.owners.length > 0 ? `; it stays with ${note.owners.map(instanceKey).join(", ")}` : "; it stays";
      return noted("normal", "Released", `${subject}: no longer managed${owners}`);
    }
    case "recreated":
      return noted(
        "warning",
        "Recreated",
        `${subject}: recreated because ${note.fields.join(", ")} cannot be changed`,
      );
    case "held":
      return noted("warning", "Held", `${subject}: ${note.reason}`);
    case "warning":
      return noted(
        "warning",
        "Warning",
        note.message.startsWith(subject) ? note.message : `${subject}: ${note.message}`,
      );
    case "deleted":
      return undefined;
    default:
      return assertNever(note);
  }
}
