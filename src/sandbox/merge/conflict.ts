import type { FieldCause, Refusal } from "../objectPipeline.ts";
import type { Writer } from "./managedFields.ts";
import { formatPath } from "./pathElement.ts";

/** A field that an apply would change although somebody else owns it. */
export interface OwnershipConflict {
  readonly writer: Writer;
  readonly path: readonly string[];
}

/** The 409 of an apply without force. */
export function conflictRefusal(conflicts: readonly OwnershipConflict[]): Refusal {
  const causes: readonly FieldCause[] = conflicts.map(({ writer, path }) => ({
    reason: "FieldManagerConflict",
    message: `conflict with ${describeWriter(writer)}`,
    field: formatPath(path),
  }));
  return { kind: "refused", code: 409, reason: "Conflict", message: conflictMessage(conflicts), causes };
}

function conflictMessage(conflicts: readonly OwnershipConflict[]): string {
  const [first] = conflicts;
  if (first && conflicts.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${describeWriter(first.writer)}: ${formatPath(first.path)}`;
  }
  const lines: string[] = [];
  let last: Writer | undefined;
  for (const { writer, path } of conflicts) {
    if (writer !== last) lines.push(`conflicts with ${describeWriter(writer)}:`);
    lines.push(`- ${formatPath(path)}`);
    last = writer;
  }
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join("\n")}`;
}

function describeWriter({ manager, operation, apiVersion, subresource }: Writer): string {
  const who = `${JSON.stringify(manager)}${subresource ? ` with subresource ${JSON.stringify(subresource)}` : ""}`;
  return operation === "Update" ? `${who} using ${apiVersion}` : who;
}
