import { randomUUID } from "node:crypto";
import { readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** This process as the holder of a lease. */
export interface LeaseHolder {
  /** `host_pid-namespace_pid_random`. */
  readonly holder: string;
  /** True for a process of this machine, in the same process namespace, that runs no more. */
  isGone(holder: string): boolean;
}

/**
 * Names this process so that the next one on the same machine need not wait for the lease of one that was killed.
 *
 * The process namespace keeps containers apart that share a host name.
 */
export function leaseHolder(): LeaseHolder {
  const place = `${hostname()}_${processNamespace()}`;
  return {
    holder: `${place}_${process.pid}_${randomUUID().slice(0, 8)}`,
    isGone(holder) {
      const [, pid] = holder.startsWith(`${place}_`) ? holder.slice(place.length).split("_") : [];
      // Our own number with another ending: an earlier process had it.
      return pid !== undefined && /^\d+$/.test(pid) && (Number(pid) === process.pid || !isAlive(Number(pid)));
    },
  };
}

function processNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid").replace(/\D/g, "");
  } catch {
    return "0"; // not Linux: one namespace for all
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code !== "ESRCH";
  }
}
