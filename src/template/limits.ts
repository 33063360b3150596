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
  /**
   * Units of work: what is carried out, and the size of what functions read and make. A unit takes some nanoseconds, so
   * this bounds the time, and it is counted, so the same template ends at the same place on every machine.
   */
  readonly work: number;
}

/** Generous for manifests: no published package comes near. */
export const DEFAULT_LIMITS: Limits = {
  outputBytes: 8 * 1024 * 1024,
  iterations: 1_000_000,
  depth: 500,
  valueSize: 4 * 1024 * 1024,
  work: 128 * 1024 * 1024,
};

/** Work up to which a template is rendered at once, between other things: some 10 ms. See docs/adr/0007. */
export const QUICK_WORK = 2 * 1024 * 1024;

/** Bytes of one template file; an OperatorVersion, which holds all of a package, cannot have more. */
export const MAX_TEMPLATE_BYTES = 1024 * 1024;

/** Units of work that a call of a function counts besides the size of its values. */
export const CALL_WORK = 48;

/** Units of work of one step in a template: an action, a turn of a loop, a branch. */
export const STEP_WORK = 24;

/** A limit in words, for the reference. */
export interface LimitHelp {
  readonly limit: string;
  readonly value: string;
  readonly help: string;
}

/** All limits of a rendering, as docs/templates.md shows them. */
export const LIMIT_HELP: readonly LimitHelp[] = [
  row("size of a template file", MAX_TEMPLATE_BYTES, "bytes; a larger file is a parse error"),
  row("nesting", 500, "parentheses, and control structures, inside each other"),
  row("output", DEFAULT_LIMITS.outputBytes, "bytes that one template writes"),
  row("variables", 500, "that can be seen at one place"),
  row("turns of loops", DEFAULT_LIMITS.iterations, "all loops of one template together"),
  row("depth of calls", DEFAULT_LIMITS.depth, "templates that call each other, themselves included"),
  row(
    "size of a value",
    DEFAULT_LIMITS.valueSize,
    "bytes of a string, or elements of a list, that a function makes",
  ),
  row(
    "work",
    DEFAULT_LIMITS.work,
    "units of a few nanoseconds for what the templates of one task do together; counted, not measured: the same on every machine",
  ),
];

function row(limit: string, value: number, help: string): LimitHelp {
  return { limit, value: grouped(value), help };
}

/** `1,048,576`; without Intl, whose first use takes longer than a command may. */
function grouped(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
