import { Worker } from "node:worker_threads";
import type { Clock } from "../base/clock.ts";
import type { RenderAnswer, RenderJob } from "./renderJob.ts";

/** How a thread ends that does not answer. */
export type ThreadFailure = "tookTooLong" | "tookTooMuchMemory" | "broken";

/** What a job came to. */
export type ThreadResult =
  | { readonly kind: "answered"; readonly answer: RenderAnswer }
  | { readonly kind: "failed"; readonly failure: ThreadFailure; readonly message: string };

/** Bounds of one thread. */
export interface ThreadLimits {
  /** For one job, the start of the thread included. A backstop: the counted limits end a rendering long before. */
  readonly deadlineMs: number;
  /** Of the JavaScript heap, in MiB. */
  readonly heapMb: number;
  /** Measures the deadline. */
  readonly clock: Pick<Clock, "sleep">;
}

/** A worker thread for renderings, one at a time. It does not keep the process alive. */
export class RenderThread {
  readonly #worker: Worker;
  readonly #limits: ThreadLimits;
  #settle: ((result: ThreadResult) => void) | undefined;
  #isOver = false;

  constructor(limits: ThreadLimits) {
    this.#limits = limits;
    // In a build this file ends in .js, and so does the worker's.
    const file = import.meta.url.endsWith(".ts") ? "./renderWorker.ts" : "./renderWorker.js";
    this.#worker = new Worker(new URL(file, import.meta.url), {
      name: "lockstep-render",
      env: {}, // a template can reach none of it; neither can a mistake of ours
      resourceLimits: { maxOldGenerationSizeMb: limits.heapMb, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    });
    this.#worker.unref();
    this.#worker.on("message", (answer: RenderAnswer) => this.#end({ kind: "answered", answer }));
    this.#worker.on("error", (error: Error & { readonly code?: string }) => {
      const isMemory = error.code === "ERR_WORKER_OUT_OF_MEMORY";
      this.#fail(isMemory ? "tookTooMuchMemory" : "broken", error.message);
    });
    this.#worker.on("exit", () => this.#fail("broken", "the thread ended"));
  }

  /** True once the thread takes no more jobs. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Runs one job; the one before must be over. Never rejects but for the signal, after which the thread is over too. */
  async run(job: RenderJob, signal: AbortSignal): Promise<ThreadResult> {
    signal.throwIfAborted();
    const settled = new AbortController();
    const onAbort = (): void => this.#fail("broken", "stopped");
    signal.addEventListener("abort", onAbort, { once: true });
    this.#worker.ref();
    try {
      const result = await new Promise<ThreadResult>((resolve) => {
        this.#settle = resolve;
        const { deadlineMs, clock } = this.#limits;
        clock.sleep(deadlineMs, settled.signal).then(
          () => this.#fail("tookTooLong", `${deadlineMs / 1000} s`),
          () => {}, // settled before
        );
        this.#worker.postMessage(job);
      });
      signal.throwIfAborted();
      return result;
    } finally {
      settled.abort();
      signal.removeEventListener("abort", onAbort);
      this.#worker.unref();
    }
  }

  /** Ends the thread, whatever it does. */
  async stop(): Promise<void> {
    this.#fail("broken", "stopped");
    await this.#worker.terminate();
  }

  #fail(failure: ThreadFailure, message: string): void {
    this.#isOver = true;
    this.#end({ kind: "failed", failure, message });
    void this.#worker.terminate();
  }

  #end(result: ThreadResult): void {
    this.#settle?.(result);
    this.#settle = undefined;
  }
}
