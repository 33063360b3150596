/** Plans that count as one when it comes to claims (engine.md, 5). */
const ONE_GROUP: ReadonlySet<string> = new Set(["deploy", "update", "upgrade"]);

/** Group of plans whose runs replace each other's claims. */
export function planGroup(plan: string): string {
  return ONE_GROUP.has(plan) ? "deploy" : plan;
}

/** The claim that a task of a plan has on what it renders. */
export function claimOf(plan: string, task: string): string {
  return `${planGroup(plan)}/${task}`;
}
