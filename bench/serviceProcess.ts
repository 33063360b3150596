import { type ChildProcess, spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { RequestCounts } from "./requestCounts.ts";
import { parseRequestCounts } from "./requestCounts.ts";

export interface ServiceSettings {
  readonly repository: string;
  readonly kubeconfig: string;
  readonly port: number;
  readonly dataDir: string;
  readonly logFile: string;
  /** For Node itself, before the program: `--cpu-prof`. */
  readonly nodeOptions: readonly string[];
}

/** What /status says in sum. */
export interface StatusSummary {
  readonly instances: number;
  readonly complete: number;
  readonly failed: number;
}

/** The service in a process of its own, watched from outside. */
export interface ServiceProcess {
  /** Resolves when /readyz says so. */
  ready(): Promise<void>;
  /** Resolves when so many instances are complete; rejects when one fails or the process ends. */
  complete(count: number, onProgress: (summary: StatusSummary) => void): Promise<void>;
  requests(): Promise<RequestCounts>;
  /** Looks at Git until now. */
  polls(): Promise<number>;
  /** User and system time until now, in seconds. */
  cpuSeconds(): number;
  /** Most memory that the process ever held, in bytes. */
  peakBytes(): number;
  /** Resolves when it has ended. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const ROOT = join(import.meta.dirname, "..");
/** How often the service is asked: a page of the status costs it some milliseconds. */
const POLL_MS = 500;
/** Unit of the times in /proc. */
const TICKS_PER_SECOND = 100;

/** Starts `lockstep serve`; its log goes to a file. */
export function startService(settings: ServiceSettings): ServiceProcess {
  const { repository, kubeconfig, port, dataDir, logFile, nodeOptions } = settings;
  const log = openSync(logFile, "a");
  const args = [
    ...["serve", "--repo", repository, "--interval", "1s", "--port", String(port)],
    ...["--kubeconfig", kubeconfig, "--data-dir", dataDir],
  ];
  const child: ChildProcess = spawn(join(ROOT, "bin/lockstep"), args, {
    stdio: ["ignore", log, log],
    env: { ...process.env, NODE_OPTIONS: [process.env.NODE_OPTIONS ?? "", ...nodeOptions].join(" ").trim() },
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const kill = (): boolean => child.kill("SIGKILL");
  process.once("exit", kill);
  const origin = `http://127.0.0.1:${port}`;
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;

  /** Asks until there is an answer that will do. */
  const until = async <T>(ask: () => Promise<T | undefined>): Promise<T> => {
    for (;;) {
      if (isOver()) throw new Error(`the service ended; its log ends with:\n${tailOf(logFile)}`);
      const answer = await ask();
      if (answer !== undefined) return answer;
      await delay(POLL_MS);
    }
  };

  const text = async (path: string): Promise<string> => (await fetch(`${origin}${path}`)).text();

  return {
    async ready() {
      await until(async () => {
        const answer = await fetch(`${origin}/readyz`).catch(() => undefined); // not listening yet
        return answer?.ok || undefined;
      });
    },
    async complete(count, onProgress) {
      await until(async () => {
        const { summary } = JSON.parse(await text("/status?limit=1")) as { readonly summary: StatusSummary };
        onProgress(summary);
        if (summary.failed > 0) throw new Error(`${summary.failed} instances failed:\n${tailOf(logFile)}`);
        return summary.complete >= count || undefined;
      });
    },
    requests: async () => parseRequestCounts(await text("/metrics")),
    async polls() {
      const lines = [...(await text("/metrics")).matchAll(/^lockstep_polls_total\{.*\} (\d+)$/gm)];
      return lines.reduce((sum, [, value]) => sum + Number(value), 0);
    },
    cpuSeconds() {
      // Fields after the name, which may hold spaces: utime is the 12th of them, stime the 13th.
      const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    },
    peakBytes() {
      const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
      return Number(kilobytes) * 1024;
    },
    async stop(signal = "SIGTERM") {
      if (!isOver()) child.kill(signal);
      await ended;
      process.off("exit", kill);
    },
  };
}

function tailOf(file: string): string {
  return readFileSync(file, "utf8").trimEnd().split("\n").slice(-10).join("\n");
}
