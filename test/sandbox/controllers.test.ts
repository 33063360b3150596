import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/object/json.ts";
import { ANNOTATION_PODS } from "../../src/sandbox/controllers/podBehaviour.ts";
import { APPS, condition, DEFAULT, sandboxForTests, workload } from "./sandboxFixture.ts";

const { create, get, merge, remove, until } = sandboxForTests();
const JOBS = "/apis/batch/v1/namespaces/default/jobs";
const podsOf = (app: string) => `${DEFAULT}/pods?labelSelector=app%3D${app}`;
const job = (name: string, spec: JsonObject = {}, annotations: JsonObject = {}): JsonObject => ({
  metadata: { name },
  spec: {
    template: {
      metadata: { labels: { app: name }, annotations },
      spec: { restartPolicy: "Never", containers: [{ name: "main", image: "image:1" }] },
    },
    ...spec,
  },
});

describe("a Deployment", () => {
  test("becomes available, and its status says so as the real one does", async () => {
    const path = `${APPS}/deployments/web`;
    await create(`${APPS}/deployments`, workload("Deployment", "web", { replicas: 3 }));
    const { body } = await until(
      path,
      ({ body: d }) => condition(d, "Progressing")?.reason === "NewReplicaSetAvailable",
    );
    expect(body.status).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
    });
    expect(condition(body, "Available")).toMatchObject({
      status: "True",
      reason: "MinimumReplicasAvailable",
    });
    expect(body.metadata.generation).toBe(1);
    expect(body.metadata.annotations).toEqual({ "deployment.kubernetes.io/revision": "1" });
    expect(body.metadata.managedFields).toContainEqual(
      expect.objectContaining({
        manager: "kube-controller-manager",
        operation: "Update",
        subresource: "status",
      }),
    );
  });

  test("rolls over to a new template and back", async () => {
    const path = `${APPS}/deployments/roll`;
    const image = (name: string) => ({
      spec: { template: { spec: { containers: [{ name: "main", image: name }] } } },
    });
    const rolledOut = (revision: string) =>
      until(
        path,
        ({ body }) =>
          body.metadata.annotations?.["deployment.kubernetes.io/revision"] === revision &&
          body.status.observedGeneration === body.metadata.generation &&
          body.status.updatedReplicas === 3 &&
          body.status.replicas === 3 &&
          body.status.availableReplicas === 3,
      );
    await create(`${APPS}/deployments`, workload("Deployment", "roll", { replicas: 3 }));
    await rolledOut("1");
    await merge(path, image("image:2"));
    await rolledOut("2");
    const pods = await until(podsOf("roll"), ({ body }) => body.items.length === 3);
    expect(
      pods.body.items.map(
        (pod: { spec: { containers: { image: string }[] } }) => pod.spec.containers[0]?.image,
      ),
    ).toEqual(Array(3).fill("image:2"));
    await merge(path, image("image:1"));
    await rolledOut("3");
    expect((await get(`${APPS}/replicasets?labelSelector=app%3Droll`)).body.items).toHaveLength(2);
  });

  test("that cannot progress says so after its deadline", async () => {
    await create(
      `${APPS}/deployments`,
      workload(
        "Deployment",
        "stuck",
        { progressDeadlineSeconds: 1, minReadySeconds: 0 },
        { [ANNOTATION_PODS]: "hang" },
      ),
    );
    const { body } = await until(
      `${APPS}/deployments/stuck`,
      ({ body: d }) => condition(d, "Progressing")?.status === "False",
    );
    expect(condition(body, "Progressing").reason).toBe("ProgressDeadlineExceeded");
    expect(condition(body, "Available").status).toBe("False");
    expect(body.status.unavailableReplicas).toBe(1);
  });

  test("takes orphaned sets and pods back", async () => {
    const path = `${APPS}/deployments/again`;
    await create(`${APPS}/deployments`, workload("Deployment", "again", { replicas: 1 }));
    await until(path, ({ body }) => body.status.readyReplicas === 1);
    const before = (await get(podsOf("again"))).body.items[0].metadata.uid;
    await remove(path, { propagationPolicy: "Orphan" });
    await until(path, ({ code }) => code === 404);
    await create(`${APPS}/deployments`, workload("Deployment", "again", { replicas: 1 }));
    await until(path, ({ body }) => body.status.readyReplicas === 1);
    expect(
      (await get(podsOf("again"))).body.items.map((pod: { metadata: { uid: string } }) => pod.metadata.uid),
    ).toEqual([before]);
  });
});

describe("a StatefulSet", () => {
  const claims = {
    volumeClaimTemplates: [
      {
        metadata: { name: "data" },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
      },
    ],
  };

  test("starts its pods one after another, with their claims", async () => {
    const path = `${APPS}/statefulsets/db`;
    await create(
      `${APPS}/statefulsets`,
      workload("StatefulSet", "db", { replicas: 3, serviceName: "db", ...claims }),
    );
    const { body } = await until(
      path,
      ({ body: s }) => s.status.readyReplicas === 3 && s.status.updatedReplicas === 3,
    );
    expect(body.status.currentRevision).toBe(body.status.updateRevision);
    const pods = (await get(podsOf("db"))).body.items;
    expect(pods.map((pod: { metadata: { name: string } }) => pod.metadata.name)).toEqual([
      "db-0",
      "db-1",
      "db-2",
    ]);
    expect(pods[0].spec).toMatchObject({ hostname: "db-0", subdomain: "db" });
    const bound = (await get(`${DEFAULT}/persistentvolumeclaims?labelSelector=app%3Ddb`)).body.items;
    expect(bound.map((claim: { status: { phase: string } }) => claim.status.phase)).toEqual([
      "Bound",
      "Bound",
      "Bound",
    ]);
  });

  test("shrinks from the end and keeps the claims", async () => {
    const path = `${APPS}/statefulsets/shrink`;
    await create(`${APPS}/statefulsets`, workload("StatefulSet", "shrink", { replicas: 3, ...claims }));
    await until(path, ({ body }) => body.status.readyReplicas === 3);
    await merge(`${path}/scale`, { spec: { replicas: 1 } });
    await until(path, ({ body }) => body.status.replicas === 1);
    expect((await get(podsOf("shrink"))).body.items[0].metadata.name).toBe("shrink-0");
    expect(
      (await get(`${DEFAULT}/persistentvolumeclaims?labelSelector=app%3Dshrink`)).body.items,
    ).toHaveLength(3);
  });

  test("stops at a pod that does not come up", async () => {
    await create(
      `${APPS}/statefulsets`,
      workload("StatefulSet", "halt", { replicas: 3 }, { [ANNOTATION_PODS]: "image-pull-back-off" }),
    );
    const { body } = await until(
      podsOf("halt"),
      ({ body: list }) => list.items[0]?.status.containerStatuses !== undefined,
    );
    expect(body.items).toHaveLength(1);
    expect(body.items[0].status).toMatchObject({
      phase: "Pending",
      containerStatuses: [{ state: { waiting: { reason: "ImagePullBackOff" } } }],
    });
  });

  test("updates its pods from the last to the first, down to the partition", async () => {
    const path = `${APPS}/statefulsets/update`;
    await create(`${APPS}/statefulsets`, workload("StatefulSet", "update", { replicas: 2 }));
    await until(path, ({ body }) => body.status.readyReplicas === 2);
    const template = { spec: { containers: [{ name: "main", image: "image:2" }] } };
    await merge(path, {
      spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 1 } }, template },
    });
    await until(path, ({ body }) => body.status.updatedReplicas === 1 && body.status.readyReplicas === 2);
    const images = async () =>
      (await get(podsOf("update"))).body.items.map(
        (pod: { spec: { containers: { image: string }[] } }) => pod.spec.containers[0]?.image,
      );
    expect(await images()).toEqual(["image:1", "image:2"]);
    await merge(path, { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } });
    await until(
      path,
      ({ body }) =>
        body.status.updatedReplicas === 2 && body.status.currentRevision === body.status.updateRevision,
    );
    expect(await images()).toEqual(["image:2", "image:2"]);
  });
});

describe("a Job", () => {
  test("completes", async () => {
    await create(JOBS, job("done", { completions: 2, parallelism: 2 }));
    const { body } = await until(
      `${JOBS}/done`,
      ({ body: j }) => condition(j, "Complete")?.status === "True",
    );
    expect(body.status).toMatchObject({
      succeeded: 2,
      startTime: expect.any(String),
      completionTime: expect.any(String),
    });
    expect(condition(body, "SuccessCriteriaMet").status).toBe("True");
  });

  test("that fails too often is failed", async () => {
    await create(JOBS, job("broken", { backoffLimit: 1 }, { [ANNOTATION_PODS]: "fail" }));
    const { body } = await until(
      `${JOBS}/broken`,
      ({ body: j }) => condition(j, "Failed")?.status === "True",
    );
    expect(condition(body, "Failed")).toMatchObject({
      reason: "BackoffLimitExceeded",
      message: "Job has reached the specified backoff limit",
    });
    expect(body.status.failed).toBe(2);
    expect(condition(body, "FailureTarget").status).toBe("True");
  });

  test("waits while it is suspended, and goes when its time is over", async () => {
    await create(JOBS, job("paused", { suspend: true, ttlSecondsAfterFinished: 0 }));
    await until(`${JOBS}/paused`, ({ body }) => condition(body, "Suspended")?.status === "True");
    expect((await get(podsOf("paused"))).body.items).toEqual([]);
    await merge(`${JOBS}/paused`, { spec: { suspend: false } });
    await until(`${JOBS}/paused`, ({ code }) => code === 404);
    await until(podsOf("paused"), ({ body }) => body.items.length === 0);
  });
});

describe("pods as their annotation says", () => {
  const pod = (name: string, behaviour: string): JsonObject => ({
    metadata: { name, labels: { app: name }, annotations: { [ANNOTATION_PODS]: behaviour } },
    spec: { containers: [{ name: "main", image: "image:1" }] },
  });

  test("crash-loop: the container waits, a warning tells why", async () => {
    await create(`${DEFAULT}/pods`, pod("crasher", "crash-loop"));
    const { body } = await until(
      `${DEFAULT}/pods/crasher`,
      ({ body: p }) => p.status.containerStatuses !== undefined,
    );
    expect(body.status.containerStatuses[0]).toMatchObject({
      ready: false,
      restartCount: 1,
      state: { waiting: { reason: "CrashLoopBackOff" } },
      lastState: { terminated: { exitCode: 1, reason: "Error" } },
    });
    expect(condition(body, "Ready")).toMatchObject({ status: "False", reason: "ContainersNotReady" });
    const events = await get(`${DEFAULT}/events?fieldSelector=involvedObject.name%3Dcrasher,type%3DWarning`);
    expect(events.body.items[0]).toMatchObject({
      reason: "BackOff",
      message: expect.stringContaining("Back-off restarting failed container main"),
    });
    const grouped = await get(
      "/apis/events.k8s.io/v1/namespaces/default/events?fieldSelector=regarding.name%3Dcrasher,type%3DWarning",
    );
    expect(grouped.body.items[0]).toMatchObject({
      note: events.body.items[0].message,
      regarding: { name: "crasher" },
    });
  });

  test("hang: it runs and is never ready", async () => {
    await create(`${DEFAULT}/pods`, pod("hanger", "hang"));
    const { body } = await until(`${DEFAULT}/pods/hanger`, ({ body: p }) => p.status.phase === "Running");
    expect(condition(body, "Ready").status).toBe("False");
  });

  test("ready-after: later than the others", async () => {
    await create(`${DEFAULT}/pods`, pod("late", "ready-after=300ms"));
    await until(`${DEFAULT}/pods/late`, ({ body }) => condition(body, "Ready")?.status === "False");
    await until(`${DEFAULT}/pods/late`, ({ body }) => condition(body, "Ready")?.status === "True");
  });

  test("unschedulable: it stays without a node", async () => {
    await create(`${DEFAULT}/pods`, pod("homeless", "unschedulable"));
    const { body } = await until(
      `${DEFAULT}/pods/homeless`,
      ({ body: p }) => condition(p, "PodScheduled")?.status === "False",
    );
    expect(condition(body, "PodScheduled")).toMatchObject({
      reason: "Unschedulable",
      message: expect.stringContaining("Insufficient cpu"),
    });
  });
});

describe("volumes, services and budgets", () => {
  const claim = (name: string, spec: JsonObject = {}): JsonObject => ({
    metadata: { name },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...spec },
  });
  const CLAIMS = `${DEFAULT}/persistentvolumeclaims`;

  test("a claim is bound, and its volume goes with it", async () => {
    await create(CLAIMS, claim("bound"));
    const { body } = await until(`${CLAIMS}/bound`, ({ body: c }) => c.status.phase === "Bound");
    const volume = `/api/v1/persistentvolumes/${body.spec.volumeName}`;
    expect((await get(volume)).body.spec.claimRef).toMatchObject({ name: "bound", namespace: "default" });
    await remove(`${CLAIMS}/bound`);
    await until(volume, ({ code }) => code === 404);
  });

  test("a claim that a pod mounts stays until the pod is gone", async () => {
    await create(CLAIMS, claim("mounted"));
    const volumes = [{ name: "v", persistentVolumeClaim: { claimName: "mounted" } }];
    await create(`${DEFAULT}/pods`, {
      metadata: { name: "mounter" },
      spec: { volumes, containers: [{ name: "c", image: "i" }] },
    });
    await until(`${DEFAULT}/pods/mounter`, ({ body }) => body.status.phase === "Running");
    await remove(`${CLAIMS}/mounted`);
    expect((await get(`${CLAIMS}/mounted`)).body.metadata.deletionTimestamp).toBeDefined();
    await remove(`${DEFAULT}/pods/mounter`);
    await until(`${CLAIMS}/mounted`, ({ code }) => code === 404);
  });

  test("a claim of an unknown class waits and says why", async () => {
    await create(CLAIMS, claim("classless", { storageClassName: "nope" }));
    const { body } = await until(
      `${DEFAULT}/events?fieldSelector=involvedObject.name%3Dclassless`,
      ({ body: list }) => list.items.length > 0,
    );
    expect(body.items[0]).toMatchObject({
      reason: "ProvisioningFailed",
      message: 'storageclass.storage.k8s.io "nope" not found',
    });
    expect((await get(`${CLAIMS}/classless`)).body.status.phase).toBe("Pending");
  });

  test("a service knows its pods, a budget counts them", async () => {
    await create(`${APPS}/deployments`, workload("Deployment", "backed", { replicas: 2 }));
    await create(`${DEFAULT}/services`, {
      metadata: { name: "backed" },
      spec: { type: "LoadBalancer", selector: { app: "backed" }, ports: [{ port: 80 }] },
    });
    const budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
    await create(budgets, {
      metadata: { name: "backed" },
      spec: { minAvailable: 1, selector: { matchLabels: { app: "backed" } } },
    });
    await until(`${DEFAULT}/endpoints/backed`, ({ body }) => body.subsets?.[0]?.addresses?.length === 2);
    const { body } = await until(`${budgets}/backed`, ({ body: b }) => b.status.disruptionsAllowed === 1);
    expect(body.status).toMatchObject({
      currentHealthy: 2,
      desiredHealthy: 1,
      expectedPods: 2,
      observedGeneration: 1,
    });
    expect((await get(`${DEFAULT}/services/backed`)).body.status.loadBalancer.ingress).toHaveLength(1);
  });

  test("an autoscaler looks at its target, once it is there", async () => {
    const autoscalers = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
    await create(autoscalers, {
      metadata: { name: "scaled" },
      spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "scaled" } },
    });
    const reason = (expected: string) =>
      until(
        `${autoscalers}/scaled`,
        ({ body }) =>
          body.status?.conditions?.some((c: { reason: string }) => c.reason === expected) ?? false,
      );
    await reason("FailedGetScale");
    await create(`${APPS}/deployments`, workload("Deployment", "scaled", { replicas: 2 }));
    const { body } = await reason("SucceededGetScale");
    expect(body.status).toMatchObject({ currentReplicas: 2, desiredReplicas: 2 });
  });

  test("a DaemonSet has a pod on every node", async () => {
    await create(`${APPS}/daemonsets`, workload("DaemonSet", "agent"));
    const { body } = await until(`${APPS}/daemonsets/agent`, ({ body: d }) => d.status.numberAvailable === 1);
    expect(body.status).toMatchObject({
      desiredNumberScheduled: 1,
      updatedNumberScheduled: 1,
      numberReady: 1,
      observedGeneration: 1,
    });
  });
});

describe("a quota", () => {
  const path = "/api/v1/namespaces/scarce";
  const made = create("/api/v1/namespaces", { metadata: { name: "scarce" } });

  test("refuses what goes beyond it, and says how much is used", async () => {
    await made;
    await create(`${path}/resourcequotas`, {
      metadata: { name: "few" },
      spec: { hard: { secrets: "1", "requests.storage": "2Gi" } },
    });
    await create(`${path}/secrets`, { metadata: { name: "one" } });
    const { code, body } = await create(`${path}/secrets`, { metadata: { name: "two" } });
    expect(code).toBe(403);
    expect(body.message).toBe(
      'secrets "two" is forbidden: exceeded quota: few, requested: secrets=1, used: secrets=1, limited: secrets=1',
    );
    const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1536Mi" } } };
    await create(`${path}/persistentvolumeclaims`, { metadata: { name: "big" }, spec });
    await until(
      `${path}/resourcequotas/few`,
      ({ body: quota }) => quota.status.used?.["requests.storage"] === "1536Mi",
    );
    expect(
      (await create(`${path}/persistentvolumeclaims`, { metadata: { name: "bigger" }, spec })).code,
    ).toBe(403);
  });

  test("keeps a Deployment's pods away, and the Deployment says why", async () => {
    await made;
    await create(`${path}/resourcequotas`, { metadata: { name: "none" }, spec: { hard: { pods: "0" } } });
    const deployments = "/apis/apps/v1/namespaces/scarce/deployments";
    await create(deployments, workload("Deployment", "denied"));
    const { body } = await until(
      `${deployments}/denied`,
      ({ body: d }) => condition(d, "ReplicaFailure")?.status === "True",
    );
    expect(condition(body, "ReplicaFailure").message).toContain(
      "exceeded quota: none, requested: pods=1, used: pods=0, limited: pods=0",
    );
    await remove(`${path}/resourcequotas/none`);
    await until(
      `${deployments}/denied`,
      ({ body: d }) => d.status.readyReplicas === 1 && condition(d, "ReplicaFailure") === undefined,
    );
  });
});
