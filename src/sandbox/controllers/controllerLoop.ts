import { isAbort } from "../../base/errors.ts";
import type { Logger } from "../../base/logger.ts";
import type { Controller, ControllerKey } from "./controller.ts";
import type { ControllerClient } from "./controllerClient.ts";

/** Keys looked at before requests get their turn. */
const BATCH = 50;

/** The controllers of a cluster at work. */
export interface ControllerLoop {
  /** Resolves when nothing runs any more. */
  stop(): Promise<void>;
}

/**
 * Runs controllers over every change of the store until the signal fires.
 *
 * Each key is looked at `reactionMs` after its first change, once for all changes in between. A controller that throws
 * is logged and tried again with the next change.
 */
export function runControllers(
  client: ControllerClient,
  controllers: readonly Controller[],
  logger: Logger,
  signal: AbortSignal,
): ControllerLoop {
  const pending = new Map<Controller, Map<ControllerKey, number>>(
    controllers.map((controller) => [controller, new Map()] as const),
  );
  const { clock } = client.state;
  let timer: AbortController | undefined;
  let wakeAt = Number.POSITIVE_INFINITY;
  let running: Promise<void> = Promise.resolve();

  const add = (controller: Controller, key: ControllerKey, delayMs: number): void => {
    const keys = pending.get(controller);
    const due = clock.now() + delayMs;
    if (!keys || (keys.get(key) ?? Number.POSITIVE_INFINITY) <= due) return;
    keys.set(key, due);
    if (due < wakeAt) arm(due);
  };

  const arm = (due: number): void => {
    timer?.abort();
    if (signal.aborted) return;
    wakeAt = due;
    const mine = new AbortController();
    timer = mine;
    clock.sleep(Math.max(0, due - clock.now()), AbortSignal.any([mine.signal, signal])).then(
      () => {
        if (timer !== mine) return;
        wakeAt = Number.POSITIVE_INFINITY;
        running = running.then(drain);
      },
      (error: unknown) => {
        if (!isAbort(error)) throw error;
      },
    );
  };

  const drain = async (): Promise<void> => {
    for (let _round = 0; !signal.aborted; _round++) {
      const due = takeDue(pending, clock.now(), BATCH);
      for (const { controller, key } of due) {
        try {
          const again = controller.reconcile(key, client);
          if (again !== undefined) add(controller, key, again);
        } catch (error) {
          logger.error({ controller: controller.name, key, error }, "sandbox controller failed");
        }
      }
      if (due.length < BATCH) break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    const next = earliest(pending);
    if (next < wakeAt) arm(next);
  };

  const unsubscribe = client.state.store.subscribe((storageKey, event) => {
    for (const controller of controllers) {
      for (const key of controller.keysOf(storageKey, event, client)) {
        add(controller, key, controller.delayMs ?? client.speed.reactionMs);
      }
    }
  });

  return {
    async stop() {
      unsubscribe();
      timer?.abort();
      await running;
    },
  };
}

function takeDue(
  pending: ReadonlyMap<Controller, Map<ControllerKey, number>>,
  now: number,
  limit: number,
): readonly { readonly controller: Controller; readonly key: ControllerKey }[] {
  const taken: { controller: Controller; key: ControllerKey }[] = [];
  for (const [controller, keys] of pending) {
    for (const [key, due] of keys) {
      if (taken.length >= limit) return taken;
      if (due > now) continue;
      keys.delete(key);
      taken.push({ controller, key });
    }
  }
  return taken;
}

function earliest(pending: ReadonlyMap<Controller, ReadonlyMap<ControllerKey, number>>): number {
  let found = Number.POSITIVE_INFINITY;
  for (const keys of pending.values()) {
    for (const due of keys.values()) found = Math.min(found, due);
  }
  return found;
}
