import { systemClock } from "../base/clock.ts";
import { bytesOf } from "../template/goString.ts";
import type { Limits } from "../template/limits.ts";
import { positionAt, TemplateExecError } from "../template/templateError.ts";
import { type CompiledPackage, withLocation } from "./compiledPackage.ts";
import { isSpent, quickBudget } from "./renderBudget.ts";
import { newPlace, type RenderJob, renderingOf } from "./renderJob.ts";
import { type RenderContext, type Rendering, renderResources } from "./renderTask.ts";
import { RenderThread, type ThreadFailure, type ThreadLimits } from "./renderThread.ts";

/** Renders the templates of a task; `Renderer.render`, or a test's own. */
export type Render = (
  compiled: CompiledPackage,
  resources: readonly string[],
  context: RenderContext,
  signal: AbortSignal,
) => Promise<Rendering>;

/** Renders in place, with all that a task may use: for a process that has nothing else to do. */
export const renderAtOnce: Render = async (compiled, resources, context, signal) => {
  signal.throwIfAborted();
  return renderResources(compiled, resources, context);
};

/** What differs from the usual. */
export interface RendererOptions extends Partial<ThreadLimits> {
  /** Threads at most. */
  readonly threads?: number;
  /** How long a thread without work stays. */
  readonly idleMs?: number;
  /** For renderings in a thread. */
  readonly limits?: Partial<Limits>;
}

const DEADLINE_MS = 20_000;
const HEAP_MB = 256;
const IDLE_MS = 10_000;
const THREADS = 2;

/**
 * Renders what untrusted packages hold, so that none of them keeps the process from its other work (docs/adr/0007).
 *
 * Nearly every task renders at once, with a budget of some milliseconds. What needs more is begun anew in a worker
 * thread with all that a task may use; what the first attempt drew is thrown away, and rendering being pure, nothing
 * tells the two apart. Threads are there only while they are needed.
 */
export class Renderer {
  readonly #limits: ThreadLimits;
  readonly #templateLimits: Partial<Limits>;
  readonly #threads: number;
  readonly #idleMs: number;
  readonly #lifetime = new AbortController();
  readonly #idle: { readonly thread: RenderThread; readonly timer: NodeJS.Timeout }[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #ending = new Set<Promise<void>>();
  #busy = 0;

  constructor(options: RendererOptions = {}) {
    this.#limits = {
      deadlineMs: options.deadlineMs ?? DEADLINE_MS,
      heapMb: options.heapMb ?? HEAP_MB,
      clock: options.clock ?? systemClock,
    };
    this.#templateLimits = options.limits ?? {};
    this.#threads = options.threads ?? THREADS;
    this.#idleMs = options.idleMs ?? IDLE_MS;
  }

  /** Threads that live, at work or not. */
  get threads(): number {
    return this.#busy + this.#idle.length;
  }

  /**
   * As {@link renderResources}, with all that a task may use.
   *
   * @throws RenderError
   */
  readonly render: Render = async (compiled, resources, context, signal) => {
    signal.throwIfAborted();
    const budget = quickBudget();
    try {
      return renderResources(compiled, resources, context, budget);
    } catch (error) {
      if (!isSpent(budget)) throw error;
    }
    return await this.#renderApart(compiled, [...new Set(resources)], context, signal);
  };

  /** Ends all threads and everything that waits for them. */
  async stop(): Promise<void> {
    this.#lifetime.abort();
    for (const { thread, timer } of this.#idle.splice(0)) {
      clearTimeout(timer);
      this.#end(thread);
    }
    await Promise.all(this.#ending);
  }

  async #renderApart(
    compiled: CompiledPackage,
    resources: readonly string[],
    context: RenderContext,
    signal: AbortSignal,
  ): Promise<Rendering> {
    const stop = AbortSignal.any([signal, this.#lifetime.signal]);
    await this.#turn(stop);
    const thread = this.#takeThread();
    try {
      const job: RenderJob = {
        pkg: compiled.pkg,
        resources,
        context,
        limits: this.#templateLimits,
        place: newPlace(),
      };
      const result = await thread.run(job, stop);
      if (result.kind === "answered") return renderingOf(result.answer);
      return failAt(compiled, job, result.failure, this.#sentence(result.failure, result.message));
    } finally {
      this.#busy--;
      this.#release(thread);
      this.#waiting.shift()?.();
    }
  }

  /** Resolves when there is room for one more, and takes it. */
  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (this.#busy >= this.#threads) {
      await new Promise<void>((resolve, reject) => {
        const go = (): void => {
          signal.removeEventListener("abort", leave);
          resolve();
        };
        const leave = (): void => {
          const at = this.#waiting.indexOf(go);
          if (at !== -1) this.#waiting.splice(at, 1);
          reject(signal.reason);
        };
        signal.addEventListener("abort", leave, { once: true });
        this.#waiting.push(go);
      });
    }
    this.#busy++;
  }

  #takeThread(): RenderThread {
    for (let known = this.#idle.pop(); known; known = this.#idle.pop()) {
      clearTimeout(known.timer);
      if (!known.thread.isOver) return known.thread;
    }
    return new RenderThread(this.#limits);
  }

  /** Keeps a thread for a while, unless it is over. */
  #release(thread: RenderThread): void {
    if (thread.isOver || this.#lifetime.signal.aborted) {
      this.#end(thread);
      return;
    }
    const timer = setTimeout(() => {
      const at = this.#idle.findIndex((entry) => entry.thread === thread);
      if (at !== -1) this.#idle.splice(at, 1);
      this.#end(thread);
    }, this.#idleMs);
    timer.unref();
    this.#idle.push({ thread, timer });
  }

  #end(thread: RenderThread): void {
    const ended = thread.stop().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }

  #sentence(failure: ThreadFailure, message: string): string {
    switch (failure) {
      case "tookTooLong":
        return `rendering takes longer than ${this.#limits.deadlineMs / 1000} s`;
      case "tookTooMuchMemory":
        return `rendering takes more than ${this.#limits.heapMb} MB of memory`;
      case "broken":
        return `the thread that rendered failed: ${message}`;
    }
  }
}

/** The error of a rendering that was cut off, as far as it is known where it was. */
function failAt(
  { pkg }: CompiledPackage,
  { resources, place }: RenderJob,
  failure: ThreadFailure,
  message: string,
): never {
  const [index = 0, pos = 0] = place;
  const key = resources[index] ?? "";
  if (failure === "broken") throw new Error(`${pkg.name}/templates/${key}: ${message}`);
  return withLocation(pkg, () => {
    const at = positionAt(bytesOf(pkg.templates.get(key) ?? ""), pos);
    throw new TemplateExecError(`template: ${key}:${at.line}:${at.column - 1}: ${message}`, key, at);
  });
}
