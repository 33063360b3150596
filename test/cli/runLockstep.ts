import type { ExitCode } from "../../src/cli/cliIo.ts";
import { type Register, runProgram } from "../../src/cli/program.ts";

/** What a call of the program came to. */
export interface CliRun {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** A person at a terminal: what is answered, question by question. */
export interface Person {
  readonly answers: readonly string[];
}

/**
 * Runs commands in this process, as in a pipe: no terminal, no environment. With a person there is a terminal, and the
 * questions and answers stand in `out`.
 */
export async function runLockstep(
  args: readonly string[],
  commands: readonly Register[],
  stdin = "",
  person?: Person,
): Promise<CliRun> {
  const answers = [...(person?.answers ?? [])];
  let out = "";
  let err = "";
  const code = await runProgram(
    args,
    {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      env: person ? { NO_COLOR: "1" } : {},
      readStdin: async () => stdin,
      stdinChunks: async function* () {
        yield Buffer.from(stdin);
      },
      ask: async (question) => {
        const answer = answers.shift();
        out += `${question}${answer ?? ""}\n`;
        return answer;
      },
      isTerminal: person !== undefined,
      columns: () => 80,
      signal: new AbortController().signal,
    },
    commands,
  );
  return { code, out, err };
}
