import { describe, expect, test } from "vitest";
import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import { ClusterError } from "../../src/cluster/clusterError.ts";
import { asList, asObject, valueAt } from "../../src/object/json.ts";
import type { Death } from "./mortalClient.ts";
import { ARTIFACT, NAME, POD, POD_NAME, packageWith, pipeWorld } from "./pipeStory.ts";
import { live, readIndex, readInstance, until, untilComplete } from "./reconcileWorld.ts";

const { world, get, install, makersOf, trigger, untilFatal, withLife } = pipeWorld();

/** Uids of the pods whose files the process has read. */
function recording(client: ClusterClient, read: string[]): ClusterClient {
  return {
    ...client,
    exec: async (pod, options) => {
      const found = await client.get({ apiVersion: "v1", kind: "Pod", ...pod });
      const uid = found?.metadata.uid ?? "";
      if (options.command[0] === "tar" && !read.includes(uid)) read.push(uid);
      return await client.exec(pod, options);
    },
  };
}

/** Writes of an undisturbed run, and some to spare: a death that does not come is a run like any other. */
const WRITES = 16;

describe("a process that dies at any of its writes leaves files of one pod", () => {
  const deaths = Array.from({ length: WRITES }, (_, index) => index + 1).flatMap((at) =>
    (["before", "after"] as const).map((when): Death => ({ at, when })),
  );
  test.concurrent.for(deaths)("$when write $at", async (death, { expect: expects }) => {
    const namespace = await install("pipe-crash");
    const read: string[] = [];
    const first = await live(world, namespace, { death, client: recording(world.client, read) });
    const isOver = async (): Promise<boolean> =>
      first.isDead() ||
      (await readInstance(world.client, namespace, NAME))?.planStatus.deploy?.status === "COMPLETE";
    await until("the first process ends", isOver, Boolean);
    await first.stop();
    const atDeath = await makersOf(namespace);

    await withLife(namespace, async () => {
      await untilComplete(world.client, namespace, NAME, "deploy");
      const makers = await makersOf(namespace);
      expects(makers).toHaveLength(1);
      if (atDeath.length > 0) expects(makers).toEqual(atDeath);
      await until(
        "the pod goes",
        () => get(namespace, "Pod", POD_NAME),
        (pod) => pod === undefined,
      );
      const index = await readIndex(world.client, namespace, NAME);
      expects(index?.entries.map(({ ref }) => ref.kind).sort()).toEqual(["ConfigMap", "ConfigMap", "Secret"]);
      expects(index?.entries.some(({ pendingDeletion }) => pendingDeletion)).toBe(false);
    });
  });

  test("an undisturbed run takes no more writes than those", async () => {
    const namespace = await install("pipe-count");
    await withLife(namespace, async (life) => {
      await untilComplete(world.client, namespace, NAME, "deploy");
      expect(life.writes.length).toBeLessThanOrEqual(WRITES);
    });
  });
});

describe("what goes wrong around the pod", () => {
  test.concurrent("a connection that breaks is tried again, with the same pod", async () => {
    const namespace = await install("pipe-flaky");
    const read: string[] = [];
    let calls = 0;
    const client: ClusterClient = {
      ...world.client,
      exec: async (pod, options) => {
        if (++calls <= 3)
          throw new ClusterError("connection reset", {
            reason: "unreachable",
            verb: "exec",
            subject: "the pod",
          });
        return await world.client.exec(pod, options);
      },
    };
    const life = await live(world, namespace, { client: recording(client, read) });
    await untilComplete(world.client, namespace, NAME, "deploy");
    const steps = life.events.flatMap((event) => (event.kind === "stepFinished" ? [event.status] : []));
    expect(steps).toEqual(["ERROR", "COMPLETE", "COMPLETE"]);
    expect(await makersOf(namespace)).toEqual(read);
    await life.stop();
  });

  test.concurrent("a pod that was evicted is made again", async () => {
    const pod = POD.replace(
      "{ name: anything }",
      "{ annotations: { sandbox.lockstep.dev/pods: ready-after=1s } }",
    );
    const namespace = await install("pipe-evicted", packageWith({ pod }));
    await withLife(namespace, async () => {
      const first = await until(
        "the pod comes",
        () => get(namespace, "Pod", POD_NAME),
        (found) => found !== undefined,
      );
      const status = { phase: "Failed", reason: "Evicted", message: "the node was low on memory" };
      const ref = { apiVersion: "v1", kind: "Pod", namespace, name: POD_NAME };
      await world.client.patch(ref, "merge", { status }, { subresource: "status" });
      await untilComplete(world.client, namespace, NAME, "deploy");
      const makers = await makersOf(namespace);
      expect(makers).toHaveLength(1);
      expect(makers).not.toContain(first?.metadata.uid);
    });
  });

  test.concurrent("an init container that fails is the message of the step", async () => {
    const pod = POD.replace(
      "{ name: anything }",
      "{ annotations: { sandbox.lockstep.dev/pods: ready-after=10m } }",
    );
    const namespace = await install("pipe-init", packageWith({ pod }));
    await withLife(namespace, async () => {
      await until(
        "the pod comes",
        () => get(namespace, "Pod", POD_NAME),
        (found) => found !== undefined,
      );
      const initContainerStatuses = [
        {
          name: "maker",
          image: "maker",
          imageID: "",
          ready: false,
          restartCount: 4,
          state: {
            waiting: { reason: "CrashLoopBackOff", message: "back-off 40s restarting failed container" },
          },
          lastState: { terminated: { exitCode: 2, reason: "Error", message: "no such authority" } },
        },
      ];
      const ref = { apiVersion: "v1", kind: "Pod", namespace, name: POD_NAME };
      const status = { phase: "Pending", initContainerStatuses };
      await world.client.patch(ref, "merge", { status }, { subresource: "status" });
      const view = await until(
        "the step says why",
        () => readInstance(world.client, namespace, NAME),
        (found) => JSON.stringify(found?.planStatus ?? {}).includes("init container maker"),
      );
      const step = view?.planStatus.deploy?.phases[0]?.steps[0];
      expect(step?.status).toBe("IN_PROGRESS");
      expect(step?.message).toContain("CrashLoopBackOff");
      expect(step?.message).toContain("exit code 2: no such authority");
    });
  });

  test.concurrent("the pod of a run that failed stays to be looked at, and the next run makes another", async () => {
    const namespace = await install("pipe-again", packageWith(), { SIZE: String(1024 * 1024 + 1) });
    await withLife(namespace, async (life) => {
      await untilFatal(namespace);
      const left = await get(namespace, "Pod", POD_NAME);
      expect(valueAt(left, "status", "phase")).toBe("Running");
      expect(life.events.filter(({ kind }) => kind === "driftFound")).toEqual([]);
      await trigger(namespace);
      const next = await until(
        "another pod comes",
        () => get(namespace, "Pod", POD_NAME),
        (found) => found !== undefined && found.metadata.uid !== left?.metadata.uid,
      );
      expect(next?.metadata.uid).not.toBe(left?.metadata.uid);
    });
  });

  test.concurrent("an artifact that somebody changes is drift, and its content is not told", async () => {
    const namespace = await install("pipe-drift");
    await withLife(namespace, async (life) => {
      await untilComplete(world.client, namespace, NAME, "deploy");
      const ref = { apiVersion: "v1", kind: "ConfigMap", namespace, name: `${ARTIFACT}.envfile` };
      await world.client.patch(ref, "merge", { data: { PASSWORD: "hunter2" } }, { fieldManager: "somebody" });
      const report = await until(
        "the drift is found",
        () => life.side.drift.report({ namespace, name: NAME }),
        (found) => (found?.objects.length ?? 0) > 0,
      );
      const fields = asList(asObject(report?.objects[0] as never).fields);
      expect(fields).toMatchObject([{ pointer: "/data/PASSWORD" }]);
      const [maker = "a pod"] = await makersOf(namespace);
      const told = JSON.stringify([report, life.events]);
      expect(told).not.toContain("hunter2");
      expect(told).not.toContain(maker);
    });
  });
});
