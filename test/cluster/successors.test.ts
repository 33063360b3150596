import { afterAll, expect, test } from "vitest";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import { REMOVED_VERSIONS } from "../../src/successor/removedVersions.ts";
import { servedBy } from "../../src/successor/upgradeObject.ts";
import { SUCCESSOR_CASES } from "../successor/cases.ts";
import { connectTestCluster } from "./testCluster.ts";

const { client, close } = connectTestCluster();
afterAll(close);

const upgraded = SUCCESSOR_CASES.filter(
  (row): row is typeof row & { readonly after: KubeObject } => row.after !== undefined,
);

test.each(upgraded)("the server takes it as upgraded: $name", async ({ after }) => {
  const stored = await client.apply(after, { fieldManager: "lockstep-test", dryRun: true });
  expect(stored).toMatchObject({ kind: after.kind, metadata: { name: after.metadata.name } });
});

const rows = REMOVED_VERSIONS.flatMap(({ apiVersion, kinds, successor }) =>
  kinds.map((kind) => ({ apiVersion, kind, successor })),
);

test.each(rows)("the table tells what the server serves: $apiVersion $kind", async (row) => {
  const { gitVersion } = (await client.getJson("/version")) as { readonly gitVersion: string };
  const isServed = (await client.resource(row.apiVersion, row.kind)) !== undefined;
  expect(isServed).toBe(servedBy(gitVersion)(row.apiVersion, row.kind));
});

test.each(rows.filter(({ successor }) => successor !== undefined && !successor.includes(" ")))(
  "the server serves the successor: $successor $kind",
  async ({ successor = "", kind }) => {
    expect(await client.resource(successor, kind)).toMatchObject({ kind });
  },
);
