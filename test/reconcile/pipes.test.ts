import { describe, expect, test } from "vitest";
import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import { asObject, type JsonObject } from "../../src/object/json.ts";
import { ANNOTATION_PIPE_POD } from "../../src/object/ownership.ts";
import { ARTIFACT, NAME, POD, POD_NAME, packageWith, pipeWorld, text, USER } from "./pipeStory.ts";
import { instanceRef, live, readIndex, readInstance, until, untilComplete } from "./reconcileWorld.ts";

const { world, get, install, makersOf, trigger, untilFatal, withLife } = pipeWorld();

describe("a Pipe task", () => {
  test.concurrent("makes a Secret of a file and a ConfigMap of variables, and deletes its pod", async () => {
    const namespace = await install("pipe");
    await withLife(namespace, async (life) => {
      await untilComplete(world.client, namespace, NAME, "deploy");
      const [uid = "", ...others] = await makersOf(namespace);
      expect(others).toEqual([]);
      expect(await get(namespace, "Secret", `${ARTIFACT}.cert`)).toMatchObject({
        type: "Opaque",
        metadata: {
          labels: { heritage: "kudo", "kudo.dev/operator": "piper", "kudo.dev/instance": NAME },
          annotations: { "kudo.dev/step": "make" },
          ownerReferences: [{ kind: "Instance", name: NAME, controller: true }],
        },
        data: { "tls.crt": Buffer.from(`certificate of ${uid}`).toString("base64") },
      });
      const map = await get(namespace, "ConfigMap", `${ARTIFACT}.envfile`);
      expect(map?.data).toEqual({ USER: "a", PASSWORD: `of "${uid}" ` });
      const user = await get(namespace, "ConfigMap", `${NAME}-user`);
      expect(user?.data).toEqual({ cert: `${ARTIFACT}.cert`, env: `${ARTIFACT}.envfile` });
      await until(
        "the pod goes",
        () => get(namespace, "Pod", POD_NAME),
        (pod) => pod === undefined,
      );

      const index = await readIndex(world.client, namespace, NAME);
      expect(index?.entries.map(({ ref, claims }) => `${ref.kind}/${ref.name} ${claims}`)).toEqual([
        `ConfigMap/${ARTIFACT}.envfile deploy/Make_It`,
        `Secret/${ARTIFACT}.cert deploy/Make_It`,
        `ConfigMap/${NAME}-user deploy/use`,
      ]);
      expect(JSON.stringify(life.events)).not.toContain(uid);
      expect(life.events.filter(({ kind }) => kind === "driftFound")).toEqual([]);
    });
  });

  test.concurrent("runs the pod that it was given, and nothing else in it", async () => {
    const pod = POD.replace(
      "metadata: { name: anything }",
      "metadata: { labels: { app: x }, annotations: { sandbox.lockstep.dev/pods: hang } }",
    );
    const namespace = await install("pipe-pod", packageWith({ pod }));
    await withLife(namespace, async () => {
      const made = await until(
        "the pod comes",
        () => get(namespace, "Pod", POD_NAME),
        (found) => found !== undefined,
      );
      expect(made).toMatchObject({
        metadata: {
          labels: { app: "x", heritage: "kudo", "kudo.dev/instance": NAME },
          annotations: { [ANNOTATION_PIPE_POD]: "true", "kudo.dev/plan": "deploy" },
        },
        spec: {
          restartPolicy: "OnFailure",
          initContainers: [{ name: "maker" }],
          containers: [
            {
              name: "waiter",
              image: "busybox",
              command: ["/bin/sh", "-c"],
              args: ["sleep infinity"],
              volumeMounts: [{ name: "out", mountPath: "/out" }],
            },
          ],
        },
      });
    });
  });

  test.concurrent("a file of a ConfigMap is binary data", async () => {
    const pipe = "[{ file: /out/tls.crt, kind: ConfigMap, key: cert }]";
    const namespace = await install(
      "pipe-binary",
      packageWith({ pipe, user: USER.replace(/, env: .*$/m, " }") }),
    );
    await withLife(namespace, async () => {
      await untilComplete(world.client, namespace, NAME, "deploy");
      const map = await get(namespace, "ConfigMap", `${ARTIFACT}.cert`);
      expect(map?.data).toBeUndefined();
      expect(text(asObject(map?.binaryData)["tls.crt"])).toMatch(/^certificate of /);
    });
  });

  test.concurrent("a file as large as a Secret can hold passes, and the next run overwrites it", async () => {
    const pipe = "[{ file: /out/tls.crt, kind: Secret, key: cert }]";
    const files = packageWith({ pipe, user: USER.replace(/, env: .*$/m, " }") });
    const namespace = await install("pipe-large", files, { SIZE: String(1024 * 1024) });
    await withLife(namespace, async () => {
      const before = await untilComplete(world.client, namespace, NAME, "deploy");
      const read = async () =>
        asObject((await get(namespace, "Secret", `${ARTIFACT}.cert`))?.data)["tls.crt"];
      const first = await read();
      expect(Buffer.from(String(first), "base64").length).toBe(1024 * 1024);
      await trigger(namespace);
      const old = before.planStatus.deploy?.uid;
      await untilComplete(world.client, namespace, NAME, "deploy", (uid) => uid !== old);
      expect(await read()).not.toEqual(first);
    });
  });

  test.concurrent("while the pod starts, nothing is asked or written", async () => {
    const pod = POD.replace("{ name: anything }", "{ annotations: { sandbox.lockstep.dev/pods: hang } }");
    const namespace = await install("pipe-wait", packageWith({ pod }));
    let reads = 0;
    const client: ClusterClient = {
      ...world.client,
      get: (...args) => {
        reads++;
        return world.client.get(...args);
      },
      list: (...args) => {
        reads++;
        return world.client.list(...args);
      },
    };
    const life = await live(world, namespace, { client });
    await until(
      "the step waits",
      () => readInstance(world.client, namespace, NAME),
      (found) => JSON.stringify(found?.planStatus).includes("container waiter: runs and is not ready"),
    );
    const before = { reads, writes: life.writes.length };
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect({ reads, writes: life.writes.length }).toEqual(before);
    await life.stop();
  });

  test.concurrent("an instance that goes while its pod starts takes the pod along", async () => {
    const pod = POD.replace("{ name: anything }", "{ annotations: { sandbox.lockstep.dev/pods: hang } }");
    const namespace = await install("pipe-gone", packageWith({ pod }));
    await withLife(namespace, async () => {
      await until(
        "the pod comes",
        () => get(namespace, "Pod", POD_NAME),
        (found) => found !== undefined,
      );
      await world.client.delete(instanceRef(namespace, NAME));
      await until(
        "the pod goes",
        () => get(namespace, "Pod", POD_NAME),
        (found) => found === undefined,
      );
      await until(
        "the instance goes",
        () => readInstance(world.client, namespace, NAME),
        (found) => found === undefined,
      );
    });
  });
});

describe("what keeps a plan from going on", () => {
  const OTHER = "[{ file: /out/tls.crt, kind: Secret, key: cert }";
  test.concurrent.for<[string, Parameters<typeof packageWith>[0], JsonObject, readonly string[]]>([
    [
      "a file that is not there",
      { pipe: "[{ file: /out/nothing, kind: Secret, key: cert }]" },
      {},
      ["/out/nothing: stat ends with exit code 1: stat: can't stat '/out/nothing'"],
    ],
    [
      "a file that is too large",
      {},
      { SIZE: String(1024 * 1024 + 1) },
      ["/out/tls.crt: a pipe's file is at most 1048576 bytes, and this is 1048577 bytes"],
    ],
    [
      "a link",
      { pipe: "[{ file: /out/link.crt, kind: Secret, key: cert }]" },
      {},
      ["/out/link.crt: it is no file but a symlink"],
    ],
    [
      "a bad line of an env file",
      { pipe: "[{ envFile: /out/bad.env, kind: Secret, key: cert }]" },
      {},
      ["/out/bad.env, line 2: there is no = in it; a line is NAME=value"],
    ],
    [
      "a key that occurs twice",
      { pipe: `${OTHER}, { file: /out/b, kind: Secret, key: cert }]` },
      {},
      ["the pipe key 'cert' occurs twice"],
    ],
    [
      "keys whose names come out the same",
      { pipe: `${OTHER}, { file: /out/b, kind: Secret, key: CERT }]` },
      {},
      [`both make Secret ${ARTIFACT}.cert`],
    ],
    [
      "a template that uses a pipe of no task",
      { user: USER.replace("cert }}", "nothing }}") },
      {},
      ["nothing"],
    ],
    [
      "a pod with containers",
      { pod: POD.replace("  volumes:", "  containers: [{ name: a, image: a }]\n  volumes:") },
      {},
      ["templates/pod.yaml: the pod has containers"],
    ],
    [
      "something else than a pod",
      { pod: USER.replace(/\{\{.*\}\}/g, "x") },
      {},
      ["it is ConfigMap of v1; a pipe needs a Pod of v1"],
    ],
    [
      "a pod that the server refuses",
      { pod: POD.replace("name: maker", "name: Maker_1") },
      {},
      ["templates/pod.yaml", "spec.initContainers[0].name"],
    ],
  ])("%s", async ([, options, parameters, messages], { expect: expects }) => {
    const namespace = await install("pipe-bad", packageWith(options), parameters);
    await withLife(namespace, async () => {
      const message = await untilFatal(namespace);
      for (const part of messages) expects(message).toContain(part);
      expects(message).not.toContain("hunter2");
    });
  });
});
