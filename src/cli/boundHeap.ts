import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Keeps the heap of a long-running process near what it needs.
 *
 * V8 reckons with all memory of the machine: it collects the old generation first when that, or the buffers beside it,
 * has grown by 64 MB, and what a pass needs for some seconds is mostly dead by then. Here buffers count, and it is
 * collected when it has grown by a part. The limit that follows growth is in force only after a first collection.
 */
export function boundHeap(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
  setFlagsFromString("--external-memory-accounted-in-global-limit");
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
}

/** How much of what is alive may come on top before it is collected: less costs time, more memory. */
const GROWTH_PERCENT = 30;
