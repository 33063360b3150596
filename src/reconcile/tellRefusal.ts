import type { Choice } from "../plan/choosePlan.ts";
import type { Pass } from "./reconcileDeps.ts";

/** Says once, as an Event, why what an instance asks for is not acted on: it may not be, or its version is missing. */
export function tellRefusal(pass: Pass, choice: Choice): void {
  if (choice.kind === "illegal") tellOnce(pass, "IllegalChange", choice.message);
  if (choice.kind === "pending" && choice.code === "OperatorVersionMissing")
    tellOnce(pass, "InvalidOperatorVersion", choice.message);
}

/** Emits a warning about the instance; the same one is not repeated before the next run of a plan. */
export function tellOnce({ deps, view, memory }: Pass, reason: string, message: string): void {
  const key = `${reason} ${message}`;
  if (memory.told.has(key)) return;
  memory.told.add(key);
  const { namespace, name } = view;
  deps.emit({ kind: "noted", instance: { namespace, name }, severity: "warning", reason, message });
}
