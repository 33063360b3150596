/** What a command sees of the world; a test writes a literal. */
export interface CliIo {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** All of standard input as text. */
  readonly readStdin: () => Promise<string>;
  /** Standard input piece by piece, for what must not be held whole. */
  readonly stdinChunks: () => AsyncIterable<Uint8Array>;
  /** Shows a question and answers the line that a person writes, without its end; `undefined` at the end of input. */
  readonly ask: (question: string) => Promise<string | undefined>;
  /** True when `out` goes to a person's terminal: only then come colours and redrawing. */
  readonly isTerminal: boolean;
  /** Width of that terminal in columns, as it is now. */
  readonly columns: () => number;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}

/** Exit codes of every command. */
export const EXIT = { done: 0, failed: 1, usage: 2, different: 3 } as const;

/** One of the codes that {@link EXIT} names. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
