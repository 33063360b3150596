import { expect, test } from "vitest";
import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import { asList, asObject, type JsonObject, valueAt } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import type { ObjectRef } from "../../src/object/objectRef.ts";
import { CONTAINERS, contractWorld, deployment, until } from "./contractWorld.ts";

/** What the cluster does by itself: workloads become ready. */
export function controllerContract(connect: () => Promise<ClusterClient>): void {
  const world = contractWorld(connect);
  const ref = (apiVersion: string, kind: string, name: string): ObjectRef => ({
    apiVersion,
    kind,
    namespace: world.namespace,
    name,
  });

  const untilStatus = (target: ObjectRef, isWanted: (status: JsonObject, object: KubeObject) => boolean) =>
    until(
      `${target.kind}/${target.name} is ready`,
      () => world.client.get(target),
      (object) => object !== undefined && isWanted(asObject(object.status), object),
    );

  const conditionOf = (status: JsonObject, type: string): JsonObject | undefined =>
    asList(status.conditions)
      .map(asObject)
      .find((condition) => condition.type === type);

  const names = async (kind: string, labelSelector: string): Promise<string[]> => {
    const { items } = await world.client.list(
      { apiVersion: "v1", kind },
      { namespace: world.namespace, labelSelector },
    );
    return items.map(({ metadata }) => metadata.name ?? "").sort();
  };

  const statefulSet = (name: string, replicas: number, claims: boolean): KubeObject => {
    const labels = { app: name };
    return {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { namespace: world.namespace, name },
      spec: {
        replicas,
        serviceName: name,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: CONTAINERS } },
        ...(claims && {
          volumeClaimTemplates: [
            {
              metadata: { name: "data" },
              spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
            },
          ],
        }),
      },
    };
  };

  test("a Deployment makes its pods ready and says for which generation", async () => {
    await world.client.apply(deployment(world.namespace, "web", 2), { fieldManager: "m" });
    const ready = await untilStatus(
      ref("apps/v1", "Deployment", "web"),
      (status, { metadata }) =>
        status.readyReplicas === 2 && status.observedGeneration === metadata.generation,
    );
    const status = asObject(ready?.status);
    expect(status).toMatchObject({ replicas: 2, updatedReplicas: 2, availableReplicas: 2 });
    expect(conditionOf(status, "Available")?.status).toBe("True");
    expect(conditionOf(status, "Progressing")?.status).toBe("True");
    const pods = await world.client.list(
      { apiVersion: "v1", kind: "Pod" },
      { namespace: world.namespace, labelSelector: "app=web" },
    );
    expect(pods.items.map(({ status: pod }) => asObject(pod).phase)).toEqual(["Running", "Running"]);
    expect(pods.items[0]?.metadata.ownerReferences).toMatchObject([{ kind: "ReplicaSet", controller: true }]);
  });

  test("a Deployment follows a change of its template and of its size", async () => {
    await world.client.apply(deployment(world.namespace, "roll", 1), { fieldManager: "m" });
    const target = ref("apps/v1", "Deployment", "roll");
    await untilStatus(target, (status) => status.readyReplicas === 1);
    const containers = [{ name: "main", image: "registry.example/main:2" }];
    await world.client.patch(target, "strategic", {
      spec: { replicas: 2, template: { spec: { containers } } },
    });
    await untilStatus(
      target,
      (status, { metadata }) =>
        status.observedGeneration === metadata.generation &&
        status.updatedReplicas === 2 &&
        status.readyReplicas === 2 &&
        status.replicas === 2,
    );
    const { items } = await world.client.list(
      { apiVersion: "v1", kind: "Pod" },
      { namespace: world.namespace, labelSelector: "app=roll" },
    );
    const images = items
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map((pod) => asObject(asList(valueAt(pod, "spec", "containers"))[0]).image);
    expect(images).toEqual(["registry.example/main:2", "registry.example/main:2"]);
  });

  test("a Deployment without replicas is complete at once", async () => {
    await world.client.apply(deployment(world.namespace, "empty", 0), { fieldManager: "m" });
    const empty = await untilStatus(
      ref("apps/v1", "Deployment", "empty"),
      (status, { metadata }) =>
        status.observedGeneration === metadata.generation && conditionOf(status, "Available") !== undefined,
    );
    expect(asObject(empty?.status).readyReplicas).toBeUndefined();
  });

  test("a StatefulSet makes its pods and claims by number", async () => {
    await world.client.apply(statefulSet("db", 2, true), { fieldManager: "m" });
    const target = ref("apps/v1", "StatefulSet", "db");
    const ready = await untilStatus(
      target,
      (status, { metadata }) =>
        status.readyReplicas === 2 && status.observedGeneration === metadata.generation,
    );
    const status = asObject(ready?.status);
    expect(status).toMatchObject({ replicas: 2, updatedReplicas: 2, currentRevision: expect.any(String) });
    expect(status.updateRevision).toBe(status.currentRevision);
    expect(await names("Pod", "app=db")).toEqual(["db-0", "db-1"]);
    expect(await names("PersistentVolumeClaim", "app=db")).toEqual(["data-db-0", "data-db-1"]);
    const claim = await world.client.get(ref("v1", "PersistentVolumeClaim", "data-db-0"));
    expect(claim).toMatchObject({ status: { phase: "Bound" } });
  });

  test("a StatefulSet grows and shrinks from its end, and its claims stay", async () => {
    await world.client.apply(statefulSet("grow", 1, true), { fieldManager: "m" });
    const target = ref("apps/v1", "StatefulSet", "grow");
    const scale = (replicas: number) =>
      world.client.patch(
        target,
        "merge",
        { spec: { replicas } },
        { subresource: "scale", fieldManager: "kubectl" },
      );
    await untilStatus(target, (status) => status.readyReplicas === 1);
    await scale(3);
    await untilStatus(target, (status) => status.readyReplicas === 3);
    await scale(1);
    await until(
      "two pods go",
      () => names("Pod", "app=grow"),
      (pods) => pods.length === 1,
    );
    expect(await names("Pod", "app=grow")).toEqual(["grow-0"]);
    expect(await names("PersistentVolumeClaim", "app=grow")).toHaveLength(3);
  });

  test("a deleted pod of a StatefulSet comes back under its name", async () => {
    await world.client.apply(statefulSet("again", 1, false), { fieldManager: "m" });
    await untilStatus(ref("apps/v1", "StatefulSet", "again"), (status) => status.readyReplicas === 1);
    const pod = ref("v1", "Pod", "again-0");
    const before = await world.client.get(pod);
    await world.client.delete(pod);
    const after = await untilStatus(
      pod,
      (status, { metadata }) => metadata.uid !== before?.metadata.uid && status.phase === "Running",
    );
    expect(after?.metadata.name).toBe("again-0");
  });

  test("a Job completes", async () => {
    await world.client.apply(
      {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { namespace: world.namespace, name: "job" },
        spec: { template: { spec: { restartPolicy: "Never", containers: CONTAINERS } } },
      },
      { fieldManager: "m" },
    );
    const done = await untilStatus(
      ref("batch/v1", "Job", "job"),
      (status) => conditionOf(status, "Complete")?.status === "True",
    );
    expect(asObject(done?.status)).toMatchObject({ succeeded: 1, completionTime: expect.any(String) });
  });

  test("a workload that goes takes its pods along", async () => {
    await world.client.apply(deployment(world.namespace, "going", 1), { fieldManager: "m" });
    const target = ref("apps/v1", "Deployment", "going");
    await untilStatus(target, (status) => status.readyReplicas === 1);
    await world.client.delete(target);
    await until(
      "the pods go",
      () => names("Pod", "app=going"),
      (pods) => pods.length === 0,
    );
  });
}
