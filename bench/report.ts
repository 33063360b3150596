import type { RawFloor } from "./rawFloor.ts";
import { type RequestCounts, totalOf, withoutEvents } from "./requestCounts.ts";

/** Everything that one run found out. */
export interface Measured {
  readonly instances: number;
  readonly objects: number;
  readonly floors: readonly RawFloor[];
  /** From the end of the push until all are complete. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  readonly requests: RequestCounts;
  readonly idle: { readonly seconds: number; readonly requests: RequestCounts; readonly polls: number };
  readonly restart: {
    readonly seconds: number;
    /** Until it had nothing more to ask, to some seconds. */
    readonly quietSeconds: number;
    readonly cpuSeconds: number;
    readonly peakBytes: number;
    readonly requests: RequestCounts;
  };
}

type Row = readonly [name: string, value: string, note?: string];

/** A table for people. */
export function reportOf(measured: Measured): string {
  const { instances, objects, floors, seconds, cpuSeconds, peakBytes, requests, idle, restart } = measured;
  const best = floors.reduce((a, b) => (b.seconds < a.seconds ? b : a));
  const perInstance = (counts: RequestCounts): readonly Row[] =>
    [...counts].map(([name, count]): Row => [`  ${name}`, (count / instances).toFixed(2), `${count} in all`]);
  const idleRows = [...idle.requests].map(([name, count]): Row => [`  ${name}`, String(count)]);
  return table([
    ...floors.map(
      (floor): Row => [
        `raw floor, ${floor.connections} connections`,
        `${floor.seconds.toFixed(1)} s`,
        `${(floor.applies / floor.seconds).toFixed(0)} applies/s`,
      ],
    ),
    [
      `push to complete, ${instances} instances`,
      `${seconds.toFixed(1)} s`,
      `${(objects / seconds).toFixed(0)} objects/s`,
    ],
    ["ratio to the best floor", (seconds / best.seconds).toFixed(2), "reach: at most 3"],
    [
      "client CPU per object",
      `${((cpuSeconds * 1000) / objects).toFixed(2)} ms`,
      `${cpuSeconds.toFixed(1)} s in all`,
    ],
    ["peak memory", megabytes(peakBytes), "reach: at most 200 MB"],
    [
      "requests per instance",
      (totalOf(withoutEvents(requests)) / instances).toFixed(2),
      "without Events, which are written beside the work",
    ],
    ...perInstance(requests),
    [`requests in ${idle.seconds} s of rest`, String(totalOf(idle.requests)), "reach: the Lease alone"],
    ...idleRows,
    ["  looks at Git", String(idle.polls)],
    ["restart to complete", `${restart.seconds.toFixed(1)} s`, `${restart.cpuSeconds.toFixed(1)} s of CPU`],
    ["restart to rest", `${restart.quietSeconds.toFixed(0)} s`],
    ["peak memory after restart", megabytes(restart.peakBytes)],
    ["requests per instance at restart", (totalOf(withoutEvents(restart.requests)) / instances).toFixed(2)],
    ...perInstance(restart.requests),
  ]);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function table(rows: readonly Row[]): string {
  const width = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length));
  const [names, values] = [width(0), width(1)];
  return rows
    .map(([name, value, note = ""]) => `${name.padEnd(names)}  ${value.padStart(values)}  ${note}`.trimEnd())
    .join("\n");
}
