import { expect, test } from "vitest";
import { humanDuration } from "../../src/sandbox/tables/tableSpec.ts";
import { APPS, DEFAULT, sandboxForTests, workload } from "./sandboxFixture.ts";

const { call, create, until } = sandboxForTests();
const TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

async function table(
  path: string,
): Promise<{ columns: readonly string[]; rows: readonly (readonly unknown[])[] }> {
  const { body } = await call("GET", path, { accept: TABLE });
  return {
    columns: body.columnDefinitions.map(({ name }: { name: string }) => name),
    rows: body.rows.map(({ cells }: { cells: readonly unknown[] }) => cells),
  };
}

test("workloads and their pods print as kubectl users know them", async () => {
  await create(`${APPS}/deployments`, workload("Deployment", "web", { replicas: 1 }));
  await create(`${DEFAULT}/services`, {
    metadata: { name: "web" },
    spec: { type: "NodePort", selector: { app: "web" }, ports: [{ port: 80 }] },
  });
  await until(`${APPS}/deployments/web`, ({ body }) => body.status.availableReplicas === 1);
  const deployments = await table(`${APPS}/deployments`);
  expect(deployments.columns).toEqual([
    "Name",
    "Ready",
    "Up-to-date",
    "Available",
    "Age",
    "Containers",
    "Images",
    "Selector",
  ]);
  expect(deployments.rows[0]?.toSpliced(4, 1)).toEqual(["web", "1/1", 1, 1, "main", "image:1", "app=web"]);
  const pods = await table(`${DEFAULT}/pods`);
  expect(pods.rows[0]?.slice(1, 4)).toEqual(["1/1", "Running", "0"]);
  const services = await table(`${DEFAULT}/services/web`);
  expect(services.rows[0]?.toSpliced(5, 1)).toEqual([
    "web",
    "NodePort",
    "10.96.0.10",
    "<none>",
    "80:30000/TCP",
    "app=web",
  ]);
});

test("every kind that can be listed has a table whose rows fit its columns", async () => {
  const { body } = await call("GET", "/apis", {
    accept: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
  });
  const paths = body.items.flatMap(
    ({
      metadata,
      versions,
    }: {
      metadata: { name: string };
      versions: { version: string; resources: { resource: string; verbs: string[] }[] }[];
    }) =>
      versions.flatMap(({ version, resources }) =>
        resources
          .filter(({ verbs }) => verbs.includes("list"))
          .map(({ resource }) => `/apis/${metadata.name}/${version}/${resource}`),
      ),
  );
  for (const path of [...paths, "/api/v1/nodes", "/api/v1/namespaces", "/api/v1/events"]) {
    const { columns, rows } = await table(path);
    expect(columns.length, path).toBeGreaterThan(1);
    for (const row of rows) expect(row, path).toHaveLength(columns.length);
  }
});

test.each([
  [0, "0s"],
  [119_000, "119s"],
  [121_000, "2m1s"],
  [600_000, "10m"],
  [3_600_000 * 3 + 60_000, "3h1m"],
  [3_600_000 * 9, "9h"],
  [86_400_000 * 2, "2d"],
  [86_400_000 * 2 + 3_600_000, "2d1h"],
  [86_400_000 * 400, "400d"],
  [86_400_000 * 800, "2y70d"],
])("%d ms is %s", (ms, text) => {
  expect(humanDuration(ms)).toBe(text);
});
