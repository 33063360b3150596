/** What one execution of a template may use before it ends with an error. */
export interface Limits {
  /** Bytes of output. */
  readonly outputBytes: number;
  /** Turns of all loops together. */
  readonly iterations: number;
  /** Templates that call each other. */
  readonly depth: number;
  /** Bytes of one string, or elements of one list, that a function makes. */
  readonly valueSize: number;
  /** Calls of functions, each counted as one and the size of what it reads and makes. Bounds the time. */
  readonly work: number;
}

/** Generous for manifests: no published package comes near. */
export const DEFAULT_LIMITS: Limits = {
  outputBytes: 16 * 1024 * 1024,
  iterations: 1_000_000,
  depth: 500,
  valueSize: 4 * 1024 * 1024,
  work: 256 * 1024 * 1024,
};
