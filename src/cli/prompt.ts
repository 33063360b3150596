import { createInterface, type Interface } from "node:readline";

/** Asks a person, line by line. */
export interface Prompt {
  readonly ask: (question: string) => Promise<string | undefined>;
  /** Lets go of the input, so that the process can end. */
  readonly close: () => void;
}

interface Open {
  readonly face: Interface;
  readonly lines: AsyncIterator<string>;
  isOver: boolean;
}

/**
 * Nothing is read before the first question; lines that come early, from a pipe, answer the next questions.
 *
 * @param interrupt  what Ctrl-C does while a question stands, which the terminal does not tell the process then
 */
export function createPrompt(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  { signal, interrupt }: { readonly signal: AbortSignal; readonly interrupt: () => void },
): Prompt {
  let open: Open | undefined;
  const opened = (): Open => {
    const face = createInterface({ input, output, signal });
    const made: Open = { face, lines: face[Symbol.asyncIterator](), isOver: false };
    face.on("SIGINT", interrupt);
    face.on("close", () => {
      made.isOver = true;
    });
    return made;
  };
  return {
    ask: async (question) => {
      open ??= opened();
      if (open.isOver) output.write(question);
      else {
        open.face.setPrompt(question);
        open.face.prompt();
      }
      const { value, done } = await open.lines.next();
      signal.throwIfAborted();
      return done === true ? undefined : value;
    },
    close: () => open?.face.close(),
  };
}
