/** What an author needs to know of one function; `lockstep template functions` and docs/templates.md print it. */
export interface FunctionHelp {
  readonly name: string;
  /** Arguments in their order and the result: `trunc COUNT TEXT -> string`. */
  readonly signature: string;
  /** One line. */
  readonly summary: string;
  /** A template that calls the function, without data; a test runs it, and Go has judged it. */
  readonly example: string;
  /** What the example gives. */
  readonly result: string;
}

/** The functions of one family, under a heading. */
export interface FunctionFamily {
  readonly title: string;
  readonly functions: readonly FunctionHelp[];
}
