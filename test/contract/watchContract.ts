import { expect, test } from "vitest";
import type { ClusterClient, WatchEvent } from "../../src/cluster/clusterClient.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import { refOf } from "../../src/object/objectRef.ts";
import { configMap, contractWorld } from "./contractWorld.ts";

const CONFIG_MAPS = { apiVersion: "v1", kind: "ConfigMap" };

/** A controller puts it into every namespace, some time after the namespace was made. */
function isOfTheCluster({ metadata }: KubeObject): boolean {
  return metadata.name === "kube-root-ca.crt";
}

/** Watches: order, selection, resume points. */
export function watchContract(connect: () => Promise<ClusterClient>): void {
  const world = contractWorld(connect);

  /** Collects events, bookmarks aside, until there are as many; then ends the watch. */
  const collect = async (
    resourceVersion: string,
    count: number,
    options: { readonly labelSelector?: string } = {},
  ): Promise<WatchEvent[]> => {
    const signal = AbortSignal.timeout(20_000);
    const events: WatchEvent[] = [];
    const watch = world.client.watch(CONFIG_MAPS, {
      ...options,
      namespace: world.namespace,
      resourceVersion,
      signal,
    });
    for await (const event of watch) {
      if (event.type !== "BOOKMARK" && !isOfTheCluster(event.object)) events.push(event);
      if (events.length === count) break;
    }
    return events;
  };

  const words = (events: readonly WatchEvent[]): string[] =>
    events.map((event) =>
      event.type === "BOOKMARK" ? event.type : `${event.type} ${event.object.metadata.name}`,
    );

  const position = async (): Promise<string> =>
    (await world.client.list(CONFIG_MAPS, { namespace: world.namespace })).resourceVersion;

  test("tells every change after its resource version, in order, with whole objects", async () => {
    const from = await position();
    const made = await world.client.create(configMap(world.namespace, "told", { a: "1" }));
    const changed = await world.client.patch(refOf(made), "merge", { data: { a: "2" } });
    await world.client.delete(refOf(made));
    const events = await collect(from, 3);
    expect(words(events)).toEqual(["ADDED told", "MODIFIED told", "DELETED told"]);
    expect(events[0]).toEqual({ type: "ADDED", object: made });
    expect(events[1]).toEqual({ type: "MODIFIED", object: changed });
  });

  test("goes on while it is open", async () => {
    const from = await position();
    const watching = collect(from, 2);
    await world.client.create(configMap(world.namespace, "live-1"));
    await world.client.create(configMap(world.namespace, "live-2"));
    expect(words(await watching)).toEqual(["ADDED live-1", "ADDED live-2"]);
  });

  test("can be resumed from the resource version of any of its events", async () => {
    const from = await position();
    for (const name of ["resume-1", "resume-2", "resume-3"]) {
      await world.client.create(configMap(world.namespace, name));
    }
    const [first] = await collect(from, 1);
    const seen = first && first.type !== "BOOKMARK" ? first.object.metadata.resourceVersion : undefined;
    expect(words(await collect(seen ?? "", 2))).toEqual(["ADDED resume-2", "ADDED resume-3"]);
  });

  test("an object that begins or ceases to be selected is added or deleted", async () => {
    const from = await position();
    const made = await world.client.create(configMap(world.namespace, "selected"));
    await world.client.patch(refOf(made), "merge", { metadata: { labels: { pick: "me" } } });
    await world.client.patch(refOf(made), "merge", { metadata: { labels: { more: "x" } } });
    await world.client.patch(refOf(made), "merge", { metadata: { labels: { pick: null } } });
    expect(words(await collect(from, 3, { labelSelector: "pick=me" }))).toEqual([
      "ADDED selected",
      "MODIFIED selected",
      "DELETED selected",
    ]);
  });

  test("a write that changes nothing is not told", async () => {
    const object = configMap(world.namespace, "quiet", { a: "1" });
    await world.client.apply(object, { fieldManager: "m" });
    const from = await position();
    await world.client.apply(object, { fieldManager: "m" });
    await world.client.create(configMap(world.namespace, "after-quiet"));
    expect(words(await collect(from, 1))).toEqual(["ADDED after-quiet"]);
  });

  test("ends with its signal", async () => {
    const aborter = new AbortController();
    const watch = world.client.watch(CONFIG_MAPS, {
      resourceVersion: await position(),
      signal: aborter.signal,
    });
    const ended = (async () => {
      for await (const _ of watch);
    })();
    aborter.abort();
    await expect(ended).rejects.toMatchObject({ name: "AbortError" });
  });
}
