import type { ExitCode } from "../../src/cli/cliIo.ts";
import { type Register, runProgram } from "../../src/cli/program.ts";

/** What a call of the program came to. */
export interface CliRun {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** Runs commands in this process, as in a pipe: no terminal, no environment. */
export async function runLockstep(
  args: readonly string[],
  commands: readonly Register[],
  stdin = "",
): Promise<CliRun> {
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
      env: {},
      readStdin: async () => stdin,
      stdinChunks: async function* () {
        yield Buffer.from(stdin);
      },
      isTerminal: false,
      columns: () => 80,
      signal: new AbortController().signal,
    },
    commands,
  );
  return { code, out, err };
}
