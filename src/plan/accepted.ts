/** A reference to an OperatorVersion; without a namespace it lives beside the instance. */
export interface OperatorVersionRef {
  readonly name: string;
  readonly namespace?: string;
}

/**
 * What an instance was last told to be, and the plan that this started. Plans render from it, never from the live
 * spec; what changed is known by comparing the two (engine.md, 3). It is kept in the index Secret.
 */
export interface Accepted {
  readonly operatorVersion: OperatorVersionRef;
  /** `sha256:…` of the package that the plan started with. */
  readonly packageDigest: string;
  /** Parameters last acted on, as the Instance holds them. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Those of them that the Instance does not hold: values of immutable parameters that were left to a default. */
  readonly frozen?: readonly string[];
  readonly plan: string;
  readonly planUid: string;
  /** Commit that the Instance carried when it was accepted; absent without Git. */
  readonly revision?: string;
  /** RFC 3339, when the plan was started. */
  readonly startedAt?: string;
  /** True once `deploy` was COMPLETE; until then every change runs `deploy`. */
  readonly deployed: boolean;
}
