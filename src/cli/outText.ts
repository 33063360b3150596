import type { CliIo } from "./cliIo.ts";

/** Prints a text as it is; on a terminal with a line feed at the end, so that the prompt stands on a line of its own. */
export function outText(io: CliIo, text: string): void {
  io.out(io.isTerminal && text !== "" && !text.endsWith("\n") ? `${text}\n` : text);
}
