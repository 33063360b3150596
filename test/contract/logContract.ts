import { beforeAll, expect, test } from "vitest";
import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import { isClusterError } from "../../src/cluster/clusterError.ts";
import { contractWorld } from "./contractWorld.ts";

/** Logs of containers, as far as a cluster without kubelets has any: how a log that is not there is told. */
export function logContract(connect: () => Promise<ClusterClient>): void {
  const world = contractWorld(connect);
  const reasonOf = async (name: string, container: string): Promise<unknown> => {
    try {
      for await (const piece of world.client.log({ namespace: world.namespace, name }, { container }))
        expect(piece.byteLength).toBeGreaterThan(0);
      return "nothing wrong";
    } catch (error) {
      return isClusterError(error) ? error.reason : error;
    }
  };

  beforeAll(async () => {
    const { client, namespace } = world;
    const container = { name: "main", image: "registry.example/main:1" };
    await client.create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { namespace, name: "logs" },
      spec: { containers: [container, { ...container, name: "other" }] },
    });
  });

  test.each([
    ["no such pod is not found", "nobody", "main", "notFound"],
    ["no such container is a bad request", "logs", "nobody", "badRequest"],
  ])("%s", async (_title, pod, container, reason) => {
    expect(await reasonOf(pod, container)).toBe(reason);
  });
}
