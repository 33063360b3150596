import { expect, test } from "vitest";
import { sandboxForTests } from "./sandboxFixture.ts";

const { call, get } = sandboxForTests({ controllers: false });
const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

test("the version is Kubernetes 1.36", async () => {
  expect((await get("/version")).body).toMatchObject({ major: "1", minor: "36", gitVersion: "v1.36.3" });
});

test("both forms of discovery name the same resources", async () => {
  const { body, headers } = await call("GET", "/apis", { accept: AGGREGATED });
  expect(headers.get("content-type")).toContain("as=APIGroupDiscoveryList");
  for (const { metadata, versions } of body.items) {
    for (const { version, resources } of versions) {
      const { body: list } = await get(`/apis/${metadata.name}/${version}`);
      const plain = list.resources.filter(({ name }: { name: string }) => !name.includes("/"));
      expect(plain.map(({ name }: { name: string }) => name)).toEqual(
        resources.map(({ resource }: { resource: string }) => resource),
      );
    }
  }
});

test("old clients find groups one by one", async () => {
  expect((await get("/api")).body).toMatchObject({ kind: "APIVersions", versions: ["v1"] });
  expect((await get("/apis/autoscaling")).body.versions.map((v: { version: string }) => v.version)).toEqual([
    "v2",
    "v1",
  ]);
  expect((await get("/api/v1")).body.resources).toContainEqual(
    expect.objectContaining({
      name: "pods",
      singularName: "pod",
      kind: "Pod",
      shortNames: ["po"],
      categories: ["all"],
    }),
  );
});

test("every path of the OpenAPI index leads to a document", async () => {
  const { body } = await get("/openapi/v3");
  expect(body.paths["apis/apps/v1"].serverRelativeURL).toMatch(
    /^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]+$/,
  );
  const { body: document } = await get(body.paths["apis/apps/v1"].serverRelativeURL);
  expect(document.components.schemas["io.k8s.api.apps.v1.Deployment"]).toBeDefined();
});

test.each([
  ["/api/v1/nopes", 404, "the server could not find the requested resource"],
  ["/apis/apps/v3/nopes", 404, "the server could not find the requested resource"],
  ["/apis/nope.example.com/v1/nopes", 404, "404 page not found\n"],
  ["/nope", 404, "404 page not found\n"],
  ["/api/v1/namespaces/nope", 404, 'namespaces "nope" not found'],
  ["/apis/apps/v1/namespaces/default/deployments/nope/scale", 404, 'deployments.apps "nope" not found'],
])("%s is not there", async (path, code, message) => {
  const answer = await get(path);
  expect(answer.code).toBe(code);
  expect(answer.body.message ?? answer.body).toBe(message);
});
