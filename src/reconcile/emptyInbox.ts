import { MANAGER_STATUS } from "../object/ownership.ts";
import { instanceRef, type Pass } from "./reconcileDeps.ts";
import { saveAccepted } from "./saveIndex.ts";

/**
 * Takes a request that was taken over, or that may not be, out of `spec.planExecution`; what was accepted for it is in
 * the cluster first. Guarded by the resource version last seen, so that a newer request stays.
 */
export async function emptyInbox(pass: Pass): Promise<void> {
  const { deps, view, signal } = pass;
  const current = deps.instances.get(view)?.view ?? view;
  if (!current.request) return;
  await saveAccepted(pass);
  const body = { metadata: { resourceVersion: current.resourceVersion }, spec: { planExecution: null } };
  const written = await deps.client.patch(instanceRef(view), "merge", body, {
    fieldManager: MANAGER_STATUS,
    signal,
  });
  deps.instances.observe(written);
}
