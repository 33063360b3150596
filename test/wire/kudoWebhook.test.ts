import { expect, test } from "vitest";
import { ClusterError } from "../../src/cluster/clusterError.ts";
import { refuseKudoWebhook } from "../../src/sync/kudoWebhook.ts";
import { until } from "../reconcile/reconcileWorld.ts";
import { type RunningService, serviceWorld } from "../reconcile/serviceWorld.ts";

const world = serviceWorld();
const NAME = "kudo-manager-instance-admission-webhook-config";
const API_VERSION = "admissionregistration.k8s.io/v1";

test.each(["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"])(
  "while KUDO's %s is there the service is not ready, says what removes it, and goes on once it is gone",
  async (kind) => {
    await world.client.create({ apiVersion: API_VERSION, kind, metadata: { name: NAME }, webhooks: [] });
    const service = await world.start({});
    try {
      const reason = await untilReason(service, (found) => found.includes(NAME));
      expect(reason).toContain(`kubectl delete ${kind.toLowerCase()} ${NAME}`);
      expect((await service.status()).ready).toBe(false);
      await world.client.delete({ apiVersion: API_VERSION, kind, name: NAME });
      await untilReason(service, (found) => !found.includes(NAME));
    } finally {
      await service.stop();
    }
  },
);

test.each(["forbidden", "unknownKind"] as const)(
  "an answer of %s is told and keeps nobody waiting",
  async (reason) => {
    const told: string[] = [];
    const get = () =>
      Promise.reject(new ClusterError("no", { reason, verb: "get", subject: "WebhookConfiguration" }));
    await refuseKudoWebhook({ get }, (why) => told.push(why), new AbortController().signal);
    expect(told).toHaveLength(2);
  },
);

test("any other error is one", async () => {
  const error = new ClusterError("no", { reason: "unreachable", verb: "get", subject: "x" });
  const run = refuseKudoWebhook({ get: () => Promise.reject(error) }, () => {}, new AbortController().signal);
  await expect(run).rejects.toBe(error);
});

async function untilReason(service: RunningService, isWanted: (reason: string) => boolean): Promise<string> {
  return await until(
    "the service says why it is not ready",
    async () => (await fetch(`${service.url}/readyz`)).text(),
    isWanted,
  );
}
