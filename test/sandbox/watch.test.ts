import { describe, expect, test } from "vitest";
import { DEFAULT, sandboxForTests } from "./sandboxFixture.ts";

const { call, create, get, merge, remove, watch } = sandboxForTests({ controllers: false, historyLimit: 10 });
const MAPS = `${DEFAULT}/configmaps`;
const named = (name: string, labels = {}) => ({ metadata: { name, labels } });
const names = (lines: readonly { type: string; object: { metadata?: unknown } }[]) =>
  lines.map(({ type, object }) => `${type} ${(object.metadata as { name?: string }).name ?? ""}`.trim());

describe("a list", () => {
  test("comes in pages that show one moment", async () => {
    const path = "/api/v1/namespaces/default/serviceaccounts";
    for (const name of ["a", "b", "c", "d"]) await create(path, named(name));
    const first = (await get(`${path}?limit=2`)).body;
    expect(first.metadata.remainingItemCount).toBe(2);
    await remove(`${path}/d`);
    await create(path, named("bb"));
    const second = (await get(`${path}?limit=2&continue=${encodeURIComponent(first.metadata.continue)}`))
      .body;
    const read = [...first.items, ...second.items].map((item) => item.metadata.name);
    expect(read).toEqual(["a", "b", "c", "d"]);
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    const exact = await get(
      `${path}?resourceVersion=${first.metadata.resourceVersion}&resourceVersionMatch=Exact`,
    );
    expect(exact.body.items).toHaveLength(4);
  });

  test("from the future is a timeout, from too long ago is gone", async () => {
    expect((await get(`${MAPS}?resourceVersion=999999`)).code).toBe(504);
    const path = "/api/v1/namespaces/default/podtemplates";
    const before = (await get(path)).body.metadata.resourceVersion;
    const template = { template: { spec: { containers: [{ name: "c", image: "i" }] } } };
    for (let n = 0; n < 21; n++) await create(path, { metadata: { name: `t${n}` }, ...template });
    expect((await get(`${path}?resourceVersion=${before}&resourceVersionMatch=Exact`)).code).toBe(410);
    const lines = await watch(`${path}?resourceVersion=${before}`);
    expect(lines).toMatchObject([{ type: "ERROR", object: { code: 410, reason: "Expired" } }]);
  });
});

describe("a watch", () => {
  test("tells what happened since a version, then what happens", async () => {
    const { body: list } = await get(MAPS);
    await create(MAPS, named("early"));
    const running = watch(`${MAPS}?resourceVersion=${list.metadata.resourceVersion}`);
    await merge(`${MAPS}/early`, { data: { a: "b" } });
    await remove(`${MAPS}/early`);
    const lines = await running;
    expect(names(lines)).toEqual(["ADDED early", "MODIFIED early", "DELETED early"]);
    const versions = lines.map(({ object }) =>
      Number((object.metadata as { resourceVersion: string }).resourceVersion),
    );
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
  });

  test("with a selector turns a change of labels into coming and going", async () => {
    const { body: list } = await get(MAPS);
    const running = watch(`${MAPS}?labelSelector=watched&resourceVersion=${list.metadata.resourceVersion}`);
    await create(MAPS, named("turning"));
    await merge(`${MAPS}/turning`, { metadata: { labels: { watched: "yes" } } });
    await merge(`${MAPS}/turning`, { metadata: { labels: { watched: "more" } } });
    await merge(`${MAPS}/turning`, { metadata: { labels: { watched: null } } });
    await remove(`${MAPS}/turning`);
    expect(names(await running)).toEqual(["ADDED turning", "MODIFIED turning", "DELETED turning"]);
  });

  test("can begin with what there is and say when that was all", async () => {
    await create(MAPS, named("there", { initial: "yes" }));
    const lines = await watch(
      `${MAPS}?labelSelector=initial&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    );
    expect(names(lines)).toEqual(["ADDED there", "BOOKMARK"]);
    expect(lines[1]?.object.metadata).toMatchObject({ annotations: { "k8s.io/initial-events-end": "true" } });
  });

  test("of one object by its path", async () => {
    await create(MAPS, named("alone"));
    expect(names(await watch(`${MAPS}/alone`))).toEqual(["ADDED alone"]);
  });

  test("in table form sends tables", async () => {
    await create(MAPS, named("shown", { shown: "yes" }));
    const { body } = await call("GET", `${MAPS}?labelSelector=shown&watch=1&timeoutSeconds=1`, {
      accept: "application/json;as=Table;v=v1;g=meta.k8s.io",
    });
    expect(body).toMatchObject({
      type: "ADDED",
      object: { kind: "Table", rows: [{ cells: ["shown", 0, expect.anything()] }] },
    });
  });
});
