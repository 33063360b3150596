import { isClusterError } from "../cluster/clusterError.ts";

const ATTEMPTS = 5;

/**
 * Repeats a read and the write that depends on it while the object keeps changing in between: controllers write to
 * living objects at any moment.
 *
 * @param work  reads anew each time
 * @throws ClusterError `conflict` after five attempts
 */
export async function retryStale<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isClusterError(error, "conflict") || attempt === ATTEMPTS) throw error;
    }
  }
}
