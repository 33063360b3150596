/** The state that an instance last acted on. Plans render from it, never from the live spec (engine.md, 3). */
export interface Accepted {
  /** `namespace` only when the instance names one of its own. */
  readonly operatorVersion: { readonly name: string; readonly namespace?: string };
  /** `sha256:<hex>`; the package stands in the package store under it. */
  readonly packageDigest: string;
  /** `spec.parameters` as text, defaults not filled in. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The plan that this state started, and its run. */
  readonly plan: string;
  readonly planUid: string;
  /** The commit it came from; absent for instances that are not from Git. */
  readonly revision?: string;
  /** RFC 3339. */
  readonly startedAt?: string;
}
