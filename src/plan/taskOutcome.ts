/** What one pass of one task came to. */
export type TaskOutcome =
  | { readonly kind: "done" }
  /** Not yet; `reason` says for what it waits, object and root cause. */
  | { readonly kind: "waiting"; readonly reason: string }
  /** Retryable failures are tried again with back-off; the others end the plan. `code` is the event reason. */
  | { readonly kind: "failed"; readonly retryable: boolean; readonly code: string; readonly message: string };
