import { request } from "node:https";
import { expect, test } from "vitest";
import { parseYaml } from "../../src/yaml/parseYaml.ts";
import { DEFAULT, sandboxForTests } from "./sandboxFixture.ts";

const { call, starting } = sandboxForTests({ controllers: false });

test("a token nobody has is refused", async () => {
  const { code, body } = await call("GET", `${DEFAULT}/pods`, { token: "wrong" });
  expect(code).toBe(401);
  expect(body).toMatchObject({ kind: "Status", reason: "Unauthorized", message: "Unauthorized", code: 401 });
});

test("without a token nothing is shown but whether the server is ready", async () => {
  expect((await call("GET", "/readyz", { token: undefined })).body).toBe("ok");
  const { code, body } = await call("GET", `${DEFAULT}/pods`, { token: undefined });
  expect(code).toBe(403);
  expect(body.message).toBe(
    'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" in the namespace "default"',
  );
});

test("a viewer may look and not touch", async () => {
  const token = (await starting).tokens.viewer;
  expect((await call("GET", `${DEFAULT}/pods`, { token })).code).toBe(200);
  const { body } = await call("PATCH", "/apis/apps/v1/namespaces/x/deployments/foo/scale", {
    token,
    body: {},
  });
  expect(body).toMatchObject({
    code: 403,
    details: { name: "foo", group: "apps", kind: "deployments" },
    message:
      'deployments.apps "foo" is forbidden: User "viewer" cannot patch resource "deployments/scale" in API group "apps" in the namespace "x"',
  });
});

test("everybody may ask what they may do", async () => {
  const { tokens } = await starting;
  const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  const ask = async (token: string, verb: string): Promise<boolean> =>
    (await call("POST", path, { token, body: { spec: { resourceAttributes: { verb, resource: "pods" } } } }))
      .body.status.allowed;
  expect(await ask(tokens.nobody, "get")).toBe(false);
  expect(await ask(tokens.viewer, "get")).toBe(true);
  expect(await ask(tokens.viewer, "create")).toBe(false);
  expect(await ask(tokens.admin, "create")).toBe(true);
});

test("a token review tells whose a token is", async () => {
  const { tokens } = await starting;
  const path = "/apis/authentication.k8s.io/v1/tokenreviews";
  const review = (token: string) => call("POST", path, { body: { spec: { token } } });
  expect((await review(tokens.viewer)).body.status).toMatchObject({
    authenticated: true,
    user: { username: "viewer" },
  });
  expect((await review("wrong")).body.status.authenticated).toBeUndefined();
});

test("the kubeconfig leads to the same port over TLS, with a certificate that holds", async () => {
  const { kubeconfig } = await starting;
  // biome-ignore lint/suspicious/noExplicitAny: a document of a known shape
  const config = parseYaml(kubeconfig).documents[0]?.value as any;
  const { server, "certificate-authority-data": authority } = config.clusters[0].cluster;
  const code = await new Promise((resolve, reject) => {
    const options = {
      ca: Buffer.from(authority, "base64"),
      headers: { authorization: `Bearer ${config.users[0].user.token}` },
    };
    request(`${server}/api/v1/namespaces`, options, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
  expect(code).toBe(200);
});
