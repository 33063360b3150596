import { Command, CommanderError } from "commander";
import { AppError, isAbort, messageOf } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { ConfigError } from "../config/configError.ts";
import { CliError } from "./cliError.ts";
import { type CliIo, EXIT, type ExitCode } from "./cliIo.ts";
import { VERSION } from "./version.ts";

/** Adds one command, or a family of them, to the program. `end` sets an exit code other than 0. */
export type Register = (program: Command, io: CliIo, end: (code: ExitCode) => void) => void;

/**
 * Runs one call of `lockstep` and answers its exit code. Nothing is thrown: what goes wrong is said on `err`, with what
 * to do next where that is known.
 *
 * @param args  without the runtime and the script
 */
export async function runProgram(
  args: readonly string[],
  io: CliIo,
  commands: readonly Register[],
): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  const program = new Command("lockstep")
    .description(
      "Keeps Kubernetes in step with Git: runs operator plans step by step, waits for health, tells what drifted.",
    )
    .version(VERSION, "-V, --version")
    .enablePositionalOptions() // `install --version 2` is a mistake, and does not print ours
    .showHelpAfterError("Run with --help to see what there is.")
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .exitOverride();
  for (const register of commands) {
    register(program, io, (code) => {
      exitCode = code;
    });
  }
  overrideExits(program, io);
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    return explain(error, io);
  }
}

/** Subcommands copy neither the exit override nor the output of their parent when they are added ready-made. */
function overrideExits(command: Command, io: CliIo): void {
  for (const child of command.commands) {
    child
      .exitOverride()
      .configureOutput({ writeOut: io.out, writeErr: io.err })
      .showHelpAfterError("Run with --help to see what there is.");
    overrideExits(child, io);
  }
}

function explain(error: unknown, io: CliIo): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (isAbort(error) && io.signal.aborted) return EXIT.failed;
  io.err(printable(`error: ${messageOf(error)}\n`));
  if (error instanceof AppError && error.hint) io.err(printable(`hint: ${error.hint}\n`));
  if (!(error instanceof AppError) && io.env.LOCKSTEP_DEBUG && error instanceof Error)
    io.err(`${error.stack}\n`);
  if (error instanceof ConfigError) return EXIT.usage;
  return error instanceof CliError ? error.exitCode : EXIT.failed;
}
