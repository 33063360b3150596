import type { InstanceMemory } from "./instanceMemory.ts";

/** A plan whose end this process did not see come. */
const UNKNOWN = "PlanFailed";

/**
 * The reason of the Event about a plan in FATAL_ERROR: KUDO's word where it has one (package-format 4.6).
 *
 * What the API server refuses is `ResourceValidationError`, an unknown kind and an object of somebody else
 * `TaskEnhancementError`, as they were there.
 */
export function failureReason({ failure, outcomes }: Pick<InstanceMemory, "failure" | "outcomes">): string {
  if (failure !== undefined) return failure;
  for (const { outcome } of [...outcomes.values()].flat()) {
    if (outcome.kind === "failed" && !outcome.retryable) return reasonOf(outcome.code);
  }
  return UNKNOWN;
}

function reasonOf(code: string): string {
  if (!code.includes(".")) return code;
  if (code === "cluster.unknownKind" || code.startsWith("apply.")) return "TaskEnhancementError";
  return "ResourceValidationError";
}
