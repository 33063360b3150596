import { type ChildProcess, spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";

/** A program of the cluster that runs beside us. */
export interface ManagedProcess {
  readonly name: string;
  /** Rejects when the program ends before it was told to. */
  readonly failed: Promise<never>;
  /** Resolves when it is over. */
  stop(): Promise<void>;
}

/**
 * Ends the program when its standard input does: by our closing it, or by our own death, of whatever kind.
 * Ten seconds later it is killed.
 */
const GUARD = `
exec 3<&0
"$@" 3<&- </dev/null &
pid=$!
( cat <&3 >/dev/null
  kill -TERM $pid
  tries=0
  while kill -0 $pid && [ $tries -lt 20 ]; do sleep 0.5; tries=$((tries + 1)); done
  kill -KILL $pid ) 2>/dev/null &
wait $pid
`;

/** Starts a program in a session of its own, so that Ctrl-C reaches only us; its output goes to a file. */
export function startProcess(
  name: string,
  command: string,
  args: readonly string[],
  logFile: string,
): ManagedProcess {
  const log = openSync(logFile, "w");
  const child: ChildProcess = spawn("sh", ["-c", GUARD, "guard", command, ...args], {
    stdio: ["pipe", log, log],
    detached: true,
  });
  let stopping = false;
  const ended = new Promise<void>((resolve) => {
    child.on("error", () => resolve());
    child.on("exit", () => {
      child.stdin?.destroy();
      resolve();
    });
  });
  const failed = ended.then((): Promise<never> => {
    if (stopping) return new Promise(() => {});
    const tail = readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-15).join("\n");
    throw new Error(`${name} ended by itself; the last lines of ${logFile}:\n${tail}`);
  });
  failed.catch(() => {}); // whoever waits for readiness races against it
  child.stdin?.on("error", () => {}); // the program ended first
  return {
    name,
    failed,
    async stop() {
      stopping = true;
      child.stdin?.end();
      await ended;
    },
  };
}
