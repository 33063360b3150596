import { expect, test } from "vitest";
import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import { annotationsOf } from "../../src/object/kubeObject.ts";
import { fromOperatorVersion } from "../../src/package/operatorVersion.ts";
import { CRDS, KUDO_API_VERSION } from "../../src/sync/crds.ts";
import { includes, installCrds } from "../../src/sync/installCrds.ts";
import { demoPackage, everyField, instanceText } from "./fleet.ts";
import { refTo, release, syncWorld, until, untilSynced } from "./syncWorld.ts";

/** From files to custom resources; runs on the sandbox and on a real API server. */
export function syncContract(connect: () => Promise<ClusterClient>): void {
  const world = syncWorld(connect);
  const text = (name: string, options: Omit<Parameters<typeof instanceText>[1], "namespace"> = {}): string =>
    instanceText(name, { namespace: world.namespace, ...options });
  const many = (names: readonly string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [`i/${name}.yaml`, text(name)]));
  const letters = (all: string): readonly string[] => [...all];

  test("CRDs are written once", async () => {
    const { signal } = new AbortController();
    expect(await installCrds(world.client, signal)).toEqual([]);
    for (const wanted of CRDS) {
      const { apiVersion, kind, metadata } = wanted;
      const live = await world.client.get({ apiVersion, kind, name: metadata.name ?? "" });
      expect(includes(live?.spec, wanted.spec)).toBe(true);
    }
  });

  test("a push publishes packages, then instances, with all marks", async () => {
    const source = world.source("fleet");
    source.push("r1", { ...demoPackage(), "i/a.yaml": text("a", { parameters: { REPLICAS: 5 } }) });
    const running = world.start([source]);
    await untilSynced(running, "r1");
    const instance = await world.instance("a");
    const version = await world.get("OperatorVersion", "demo-0.1.0");
    expect(instance).toMatchObject({
      metadata: {
        finalizers: ["lockstep.dev/prune"],
        annotations: {
          "lockstep.dev/sync": "{}",
          "lockstep.dev/source": source.name,
          "lockstep.dev/revision": "r1",
          "lockstep.dev/package-digest": expect.stringMatching(/^sha256:/),
        },
      },
      spec: { operatorVersion: { name: "demo-0.1.0" }, parameters: { REPLICAS: "5" } },
    });
    expect(version).toMatchObject({
      metadata: { annotations: { "lockstep.dev/source": source.name, "lockstep.dev/revision": "r1" } },
      spec: { version: "0.1.0", parameters: [{ name: "REPLICAS", default: "3", "value-type": "integer" }] },
    });
    expect(await world.get("Operator", "demo")).toBeDefined();
    expect(running.writes.at(-2)).toBe("apply Instance/a");
    expect(running.engine.status(source.name)).toMatchObject({
      state: "ok",
      message: "",
      revision: "r1",
      appliedRevision: "r1",
      issues: [],
    });
  });

  test("a package comes back from the cluster as it was", async () => {
    const source = world.source("fleet");
    source.push("r1", { ...everyField(), "i/a.yaml": text("a", { version: "every-1.0.0-0.1.0" }) });
    const running = world.start([source]);
    await untilSynced(running, "r1");
    expect(running.engine.status(source.name)?.issues.filter(({ severity }) => severity === "error")).toEqual(
      [],
    );
    const version = await world.get("OperatorVersion", "every-1.0.0-0.1.0");
    const read = fromOperatorVersion(version as never);
    expect("pkg" in read ? read.pkg.digest : read.problem).toBe(
      annotationsOf((await world.instance("a")) as never)["lockstep.dev/package-digest"],
    );
    expect(await world.get("Operator", "every")).toMatchObject({
      spec: { description: "has it all", url: "https://example.com", maintainers: [{ name: "m" }] },
    });
    running.writes.length = 0;
    running.engine.poke(source.name);
    await until(
      () => running.events.filter(({ kind }) => kind === "synced").length,
      (count) => count === 2,
    );
    expect(running.writes).toEqual([]);
  });

  test("a commit writes only what it changes, and so does a restart", async () => {
    const source = world.source("fleet");
    const files = { ...demoPackage(), ...many(letters("abc")) };
    source.push("r1", files);
    const first = world.start([source]);
    await untilSynced(first, "r1");
    first.writes.length = 0;
    source.push("r2", {
      ...files,
      "README.md": "hello",
      "i/b.yaml": text("b", { parameters: { REPLICAS: 4 } }),
    });
    first.engine.poke(source.name);
    expect(await untilSynced(first, "r2")).toMatchObject({ written: 1, removed: 0 });
    expect(first.writes).toEqual(["apply Instance/b", `apply ConfigMap/lockstep-source-${source.name}`]);
    await first.stop();
    const marks = async (name: string): Promise<string | undefined> =>
      annotationsOf((await world.instance(name)) as never)["lockstep.dev/revision"];
    expect([await marks("a"), await marks("b")]).toEqual(["r1", "r2"]);

    source.push("r2", { ...files, "i/b.yaml": text("b", { parameters: { REPLICAS: 4 } }) });
    const second = world.start([source]);
    expect(await untilSynced(second, "r2")).toMatchObject({ written: 0 });
    expect(second.writes).toEqual([]);
    // A parameter that goes from Git goes from the cluster, also when the service did not see it come.
    source.push("r3", files);
    second.engine.poke(source.name);
    expect(await untilSynced(second, "r3")).toMatchObject({ written: 1 });
    expect((await world.instance("b"))?.spec).toEqual({ operatorVersion: { name: "demo-0.1.0" } });
  });

  test("a new package version reaches its instances in one write each", async () => {
    const source = world.source("fleet");
    source.push("r1", { ...demoPackage(), "i/a.yaml": text("a") });
    const running = world.start([source]);
    await untilSynced(running, "r1");
    source.push("r2", { ...demoPackage("0.2.0"), "i/a.yaml": text("a", { version: "demo-0.2.0" }) });
    running.writes.length = 0;
    running.engine.poke(source.name);
    await untilSynced(running, "r2");
    expect(running.writes.filter((write) => write.includes("Instance/"))).toEqual(["apply Instance/a"]);
    expect(running.writes.indexOf("apply OperatorVersion/demo-0.2.0")).toBeLessThan(
      running.writes.indexOf("apply Instance/a"),
    );
    // Nothing names the old version any more.
    expect(
      await until(
        () => world.names("OperatorVersion"),
        (names) => names.length === 1,
      ),
    ).toEqual(["demo-0.2.0"]);
  });

  test("a broken package or instance leaves its last good state and stops no other", async () => {
    const source = world.source("fleet");
    const files = { ...demoPackage(), ...many(letters("ab")) };
    source.push("r1", files);
    const running = world.start([source]);
    await untilSynced(running, "r1");
    running.writes.length = 0;
    source.push("r2", {
      ...files,
      "operators/demo/params.yaml": "parameters: [",
      "i/a.yaml": text("a", { sync: { dependsOn: [] } }),
      "i/c.yaml": text("c"),
    });
    running.engine.poke(source.name);
    await untilSynced(running, "r2");
    expect(running.writes).toEqual(["apply Instance/c", `apply ConfigMap/lockstep-source-${source.name}`]);
    expect(await world.names("Instance")).toEqual(["a", "b", "c"]);
    expect(await world.names("OperatorVersion")).toEqual(["demo-0.1.0"]);
    const status = running.engine.status(source.name);
    expect(status).toMatchObject({ state: "ok", message: "some files have mistakes; see issues" });
    expect(status?.issues.map(({ file }) => file)).toContain("i/a.yaml");
    expect(status?.issues.map(({ file }) => file)).toContain("operators/demo/params.yaml");
  });

  test("a missing namespace is an issue with the command, or is created", async () => {
    const other = `${world.namespace}-x`;
    const source = world.source("fleet");
    const files = {
      ...demoPackage(),
      "i/a.yaml": text("a"),
      "i/b.yaml": instanceText("b", { namespace: other }),
    };
    source.push("r1", files);
    const running = world.start([source]);
    await untilSynced(running, "r1");
    expect(running.engine.status(source.name)).toMatchObject({
      state: "stale",
      appliedRevision: null,
      issues: [
        {
          code: "sync.namespaceMissing",
          file: "i/b.yaml",
          line: 1,
          hint: expect.stringContaining(`kubectl create namespace ${other}`),
        },
      ],
    });
    expect(await world.names("Instance")).toEqual(["a"]);
    const sync = { createNamespace: true };
    source.push("r2", { ...files, "i/b.yaml": instanceText("b", { namespace: other, sync }) });
    running.engine.poke(source.name);
    await untilSynced(running, "r2");
    expect(await world.client.get(refTo("Instance", other, "b"))).toBeDefined();
    await release(world.client, other, "b");
  });

  test("an instance that the server refuses is an issue on its line and stops no other", async () => {
    const source = world.source("fleet");
    source.push("r1", {
      ...demoPackage(),
      ...many(letters("ab")),
      "i/z.yaml": text("z", { labels: { x: "a b" } }),
    });
    const running = world.start([source]);
    await untilSynced(running, "r1");
    expect(await world.names("Instance")).toEqual(["a", "b"]);
    expect(running.engine.status(source.name)).toMatchObject({
      state: "stale",
      message: "1 object could not be written; see issues",
      issues: [{ severity: "error", file: "i/z.yaml", line: 1, message: expect.stringContaining("a b") }],
    });
  });

  test("an instance waits for an OperatorVersion that does not exist", async () => {
    const source = world.source("fleet");
    source.push("r1", { "i/a.yaml": text("a", { version: "demo-9.9.9" }) });
    const running = world.start([source]);
    await untilSynced(running, "r1");
    expect(annotationsOf((await world.instance("a")) as never)).not.toHaveProperty(
      "lockstep.dev/package-digest",
    );
    expect(running.engine.status(source.name)?.issues).toMatchObject([
      { severity: "warning", code: "sync.operatorVersionMissing", file: "i/a.yaml" },
    ]);
    await world.client.create({
      apiVersion: KUDO_API_VERSION,
      kind: "OperatorVersion",
      metadata: { name: "demo-9.9.9", namespace: world.namespace },
      spec: { version: "9.9.9" },
    });
    await until(
      () => running.engine.status(source.name)?.issues.length,
      (count) => count === 0,
    );
  });

  test("what somebody changes in a declared field is taken back, and an event names them", async () => {
    const source = world.source("fleet");
    source.push("r1", { ...demoPackage(), "i/a.yaml": text("a", { parameters: { REPLICAS: 5 } }) });
    const running = world.start([source]);
    await untilSynced(running, "r1");
    running.writes.length = 0;
    const ref = refTo("Instance", world.namespace, "a");
    // Beside it somebody sets what Git does not declare; that stays.
    await world.client.patch(
      ref,
      "merge",
      { spec: { parameters: { REPLICAS: "9", OTHER: "x" }, planExecution: { planName: "backup" } } },
      { fieldManager: "meddler" },
    );
    await until(
      () => running.events,
      (events) => events.some(({ kind }) => kind === "reverted"),
    );
    expect(running.events.find(({ kind }) => kind === "reverted")).toMatchObject({
      managers: ["meddler"],
      fields: [".spec.parameters.REPLICAS"],
    });
    expect((await world.instance("a"))?.spec).toMatchObject({
      parameters: { REPLICAS: "5", OTHER: "x" },
      planExecution: { planName: "backup" },
    });
    expect(annotationsOf((await world.instance("a")) as never)["lockstep.dev/revision"]).toBe("r1");
    expect(running.writes).toEqual(["apply Instance/a", "apply Instance/a"]); // refused, then by force
  });

  test("an instance that somebody deletes comes back with its file", async () => {
    const source = world.source("fleet");
    source.push("r1", { ...demoPackage(), "i/a.yaml": text("a") });
    const running = world.start([source]);
    await untilSynced(running, "r1");
    const before = (await world.instance("a"))?.metadata.uid;
    await release(world.client, world.namespace, "a");
    await until(
      async () => (await world.instance("a"))?.metadata.uid,
      (uid) => uid !== undefined && uid !== before,
    );
  });

  test("an instance whose file left is deleted, then what nothing names", async () => {
    const source = world.source("fleet");
    source.push("r1", {
      ...demoPackage(),
      ...many(letters("abc")),
      "i/d.yaml": text("d", { sync: { prune: false } }),
    });
    const running = world.start([source]);
    await untilSynced(running, "r1");
    source.push("r2", { ...demoPackage(), ...many(letters("ab")) });
    running.engine.poke(source.name);
    expect(await untilSynced(running, "r2")).toMatchObject({ removed: 1 });
    expect((await world.instance("c"))?.metadata.deletionTimestamp).toBeDefined();
    expect((await world.instance("d"))?.metadata.deletionTimestamp).toBeUndefined();
    expect(await world.names("OperatorVersion")).toEqual(["demo-0.1.0"]);
  });

  test("the packages go with their last instance", async () => {
    const source = world.source("fleet");
    source.push("r1", { ...demoPackage(), "i/a.yaml": text("a") });
    const running = world.start([source]);
    await untilSynced(running, "r1");
    source.push("r2", demoPackage());
    running.engine.poke(source.name);
    await untilSynced(running, "r2");
    expect(await world.names("OperatorVersion")).toEqual(["demo-0.1.0"]);
    await release(world.client, world.namespace, "a");
    await until(
      async () => [await world.names("OperatorVersion"), await world.names("Operator")],
      (names) => names.every((list) => list.length === 0),
    );
  });

  test("too many at once are held, through a restart, until confirmed; what comes back leaves", async () => {
    const source = world.source("fleet");
    source.push("r1", { ...demoPackage(), ...many(letters("abcdef")) });
    const first = world.start([source]);
    await untilSynced(first, "r1");
    source.push("r2", { ...demoPackage(), ...many(letters("abc")) });
    first.engine.poke(source.name);
    expect(await untilSynced(first, "r2")).toMatchObject({ removed: 0 });
    const [hold] = first.engine.holds();
    expect(hold?.instances.map(({ name }) => name)).toEqual(["d", "e", "f"]);
    expect(first.engine.status(source.name)?.message).toContain(`lockstep confirm ${hold?.id}`);
    await first.stop();

    source.push("r3", { ...demoPackage(), ...many(letters("abcd")) });
    const second = world.start([source]);
    await untilSynced(second, "r3");
    expect(second.engine.holds()).toMatchObject([
      { id: hold?.id, revision: "r3", instances: [{ name: "e" }, { name: "f" }] },
    ]);
    expect(await second.engine.confirm("another")).toBeUndefined();
    expect((await second.engine.confirm(hold?.id ?? ""))?.map(({ name }) => name)).toEqual(["e", "f"]);
    expect((await world.instance("e"))?.metadata.deletionTimestamp).toBeDefined();
    expect((await world.instance("d"))?.metadata.deletionTimestamp).toBeUndefined();
    expect(second.engine.holds()).toEqual([]);
    expect(await second.engine.confirm(hold?.id ?? "")).toBeUndefined();
  });

  test("nothing goes after the source's url changed, or from an empty revision", async () => {
    const source = world.source("fleet");
    source.push("r1", { ...demoPackage(), ...many(letters("abcd")) });
    const first = world.start([source]);
    await untilSynced(first, "r1");
    source.push("r2", {});
    first.engine.poke(source.name);
    expect(await untilSynced(first, "r2")).toMatchObject({ removed: 0 });
    expect(first.engine.status(source.name)?.issues.map(({ code }) => code)).toEqual([
      "sync.emptyRevision",
      "sync.removalBlocked",
    ]);
    await first.stop();
    source.url = "https://git.example.com/other.git";
    source.push("r3", { ...demoPackage(), ...many(letters("abc")) });
    const second = world.start([source]);
    await untilSynced(second, "r3");
    expect(second.engine.holds()).toMatchObject([
      { reason: "url, ref or path of the source changed", instances: [{ name: "d" }] },
    ]);
  });

  test("an instance that moves from one source to another lives on", async () => {
    const [east, west] = [world.source("east"), world.source("west")];
    east.push("e1", { ...demoPackage(), ...many(letters("abcd")) });
    west.push("w1", { ...demoPackage(), "i/z.yaml": text("z") });
    const running = world.start([east, west]);
    await untilSynced(running, "e1");
    await untilSynced(running, "w1");
    // While both declare it the first one keeps it.
    west.push("w2", { ...demoPackage(), "i/z.yaml": text("z"), "i/d.yaml": text("d") });
    running.engine.poke(west.name);
    await untilSynced(running, "w2");
    expect(running.engine.status(west.name)?.issues).toMatchObject([{ code: "sync.ownedByOtherSource" }]);
    const owner = async (): Promise<string | undefined> =>
      annotationsOf((await world.instance("d")) as never)["lockstep.dev/source"];
    expect(await owner()).toBe(east.name);
    const before = (await world.instance("d"))?.metadata.uid;
    east.push("e2", { ...demoPackage(), ...many(letters("abc")) });
    running.engine.poke(east.name);
    expect(await untilSynced(running, "e2")).toMatchObject({ removed: 0 });
    await until(owner, (name) => name === west.name);
    expect((await world.instance("d"))?.metadata).toMatchObject({ uid: before });
    await until(
      () => running.engine.status(west.name)?.issues.length,
      (count) => count === 0,
    );
  });

  test("a process that is not the writer writes nothing", async () => {
    let mayWrite = false;
    const source = world.source("fleet");
    source.push("r1", { ...demoPackage(), "i/a.yaml": text("a") });
    const running = world.start([source], { mayWrite: () => mayWrite });
    await until(
      () => running.engine.status(source.name)?.revision,
      (revision) => revision === "r1",
    );
    expect(running.engine.status(source.name)?.state).toBe("pending");
    expect(running.writes).toEqual([]);
    mayWrite = true;
    await untilSynced(running, "r1");
  });
}
