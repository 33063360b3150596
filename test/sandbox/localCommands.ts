import { execFile } from "node:child_process";
import type { PodExec } from "../../src/sandbox/podExec.ts";

/** Runs the commands of containers on this machine. */
export const localCommands: PodExec = ({ command: [program = "", ...args], signal }) =>
  new Promise((resolve) => {
    const options = { encoding: "buffer", signal, maxBuffer: 64 * 1024 * 1024 } as const;
    execFile(program, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      resolve({ stdout, stderr, exitCode: typeof code === "number" ? code : 127 });
    });
  });
