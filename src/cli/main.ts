#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { text } from "node:stream/consumers";

// From the second start on half a second and 20 MB less: nothing is compiled again. Everything else is imported after.
enableCompileCache();
const { COMMANDS } = await import("./commands.ts");
const { runProgram } = await import("./program.ts");
const { createPrompt } = await import("./prompt.ts");

const stop = new AbortController();
let asked = 0;
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    stop.abort();
    if (++asked > 1) process.exit(130); // whoever asks twice does not want to wait
  });
}
// A reader that closes early (`lockstep … | head`) is no error; what was made is removed all the same.
let hasReaderLeft = false;
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") process.exit(1);
  hasReaderLeft = true;
  stop.abort();
});

const prompt = createPrompt(process.stdin, process.stdout, {
  signal: stop.signal,
  interrupt: () => process.kill(process.pid, "SIGINT"),
});
const exitCode = await runProgram(
  process.argv.slice(2),
  {
    out: (chunk) => process.stdout.write(chunk),
    err: (chunk) => process.stderr.write(chunk),
    env: process.env,
    readStdin: () => text(process.stdin),
    stdinChunks: () => process.stdin,
    ask: prompt.ask,
    isTerminal: process.stdout.isTTY === true,
    columns: () => process.stdout.columns || 80,
    signal: stop.signal,
  },
  COMMANDS,
);
prompt.close();
process.exitCode = hasReaderLeft ? 0 : exitCode;
