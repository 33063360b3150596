import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Round } from "./protocol.ts";

/** A process that does rounds of the comparison. */
export interface Side {
  /** Milliseconds of one round. */
  round(command: string): Promise<number>;
  outputs(command: string): Promise<readonly string[]>;
  stop(): void;
}

/** Starts one; it does nothing, and takes no time, between two commands. */
export function startSide(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Side {
  const child = spawn(program, args, {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...environment },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (command: string): Promise<unknown> => {
    child.stdin.write(`${command}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`${program} ended`);
    return JSON.parse(value);
  };
  return {
    round: async (command) => {
      const answer = (await ask(command)) as Round | { readonly error: string };
      if ("error" in answer) throw new Error(`${command}: ${answer.error}`);
      return answer.milliseconds;
    },
    outputs: async (command) => (await ask(command)) as readonly string[],
    stop: () => child.stdin.end(),
  };
}
