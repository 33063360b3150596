import { type Clock, systemClock } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import type { ClusterClient } from "../cluster/clusterClient.ts";
import { asList, asObject, deepEqual, isJsonObject, valueAt } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { formatRef, refOf } from "../object/objectRef.ts";
import { MANAGER_SYNC } from "../object/ownership.ts";
import { CRDS } from "./crds.ts";

/** A definition that the API server took and does not serve. */
export class CrdError extends AppError {
  readonly code = "sync.crdNotEstablished";
  readonly retryable = true;
}

const POLL_MS = 100;
const ESTABLISHED_WITHIN_MS = 30_000;

/**
 * Brings the three CustomResourceDefinitions into the cluster and waits until they are served.
 *
 * What is there already and says all that ours says is left alone, so a start writes nothing.
 *
 * @returns names of those that were written
 * @throws ClusterError, CrdError
 */
export async function installCrds(
  client: ClusterClient,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<readonly string[]> {
  const written: string[] = [];
  for (const wanted of CRDS) {
    let live = await client.get(refOf(wanted), { signal });
    if (!live || !includes(live.spec, wanted.spec)) {
      live = await client.apply(wanted, { fieldManager: MANAGER_SYNC, force: true, signal });
      written.push(wanted.metadata.name ?? "");
    }
    await waitUntilServed(client, live, signal, clock);
  }
  return written;
}

async function waitUntilServed(
  client: ClusterClient,
  definition: KubeObject,
  signal: AbortSignal,
  clock: Clock,
): Promise<void> {
  const ref = refOf(definition);
  const until = clock.now() + ESTABLISHED_WITHIN_MS;
  for (let live: KubeObject | undefined = definition; !isServed(live); ) {
    if (clock.now() > until) throw new CrdError(`${formatRef(ref)}: not served: ${refusalOf(live)}`);
    await clock.sleep(POLL_MS, signal);
    live = await client.get(ref, { signal });
  }
}

function isServed(definition: KubeObject | undefined): boolean {
  return conditionsOf(definition).some(({ type, status }) => type === "Established" && status === "True");
}

function refusalOf(definition: KubeObject | undefined): string {
  const refused = conditionsOf(definition).find(({ status, message }) => status === "False" && message);
  return refused ? String(refused.message) : "the condition Established did not come";
}

function conditionsOf(definition: KubeObject | undefined): ReturnType<typeof asObject>[] {
  return asList(valueAt(definition, "status", "conditions")).map(asObject);
}

/** True when everything in `part` is in `whole` with the same value; lists must have the same length. */
export function includes(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part)) {
    return (
      Array.isArray(whole) &&
      whole.length === part.length &&
      part.every((item, index) => includes(whole[index], item))
    );
  }
  if (!isJsonObject(part)) return deepEqual(whole, part);
  return isJsonObject(whole) && Object.entries(part).every(([key, value]) => includes(whole[key], value));
}
