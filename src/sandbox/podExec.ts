import type { KubeObject } from "../object/kubeObject.ts";

/** A command for a container of a running pod. */
export interface PodCommand {
  readonly pod: KubeObject;
  readonly container: string;
  readonly command: readonly string[];
  /** Fires when the client or the server goes. */
  readonly signal: AbortSignal;
}

/** How a command ended. */
export interface PodCommandResult {
  readonly stdout?: Buffer | string;
  readonly stderr?: Buffer | string;
  readonly exitCode: number;
}

/** Plays the containers of the embedded cluster. */
export type PodExec = (command: PodCommand) => Promise<PodCommandResult>;

/** Containers with an empty disk: there is no file in them, and no program but `stat`. */
export const emptyContainers: PodExec = async ({ command: [program = "", ...args] }) =>
  program === "stat"
    ? { stderr: `stat: can't stat '${args.at(-1) ?? ""}': No such file or directory\n`, exitCode: 1 }
    : { stderr: `sh: ${program}: not found\n`, exitCode: 127 };
