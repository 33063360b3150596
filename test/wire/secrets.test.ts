import { expect, test } from "vitest";
import { type Files, until } from "../reconcile/reconcileWorld.ts";
import { serviceWorld } from "../reconcile/serviceWorld.ts";
import { operatorFiles } from "../reconcile/smallOperator.ts";

const world = serviceWorld();

/** Stands for every password in this file. Nothing that the service shows may hold it. */
const SECRET = "hunter2";

const SECRET_TEMPLATE = `apiVersion: v1
kind: Secret
metadata: { name: "{{ .Name }}" }
stringData:
  password: "{{ .Params.DB_PASSWORD }}"
`;

function files(namespace: string): Files {
  const operator = operatorFiles({
    parameters: [
      { name: "DB_PASSWORD", default: "" },
      { name: "API_TOKEN", default: "a", enum: ["a", "b"] },
    ],
    tasks: { app: ["app.yaml"] },
    plans: { deploy: [["app"]] },
    templates: { "app.yaml": SECRET_TEMPLATE },
  });
  const instance = (name: string, parameters: string): string =>
    `apiVersion: kudo.dev/v1beta1
kind: Instance
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  operatorVersion: { name: web-1.0.0 }
${parameters}`;
  return {
    ...Object.fromEntries(
      Object.entries(operator).map(([path, text]) => [`${namespace}/operator/${path}`, text]),
    ),
    // A quote in the value breaks the rendered text of the Secret.
    [`${namespace}/rendered.yaml`]: instance(
      "rendered",
      `  parameters: { DB_PASSWORD: 'x" ${SECRET} "y' }\n`,
    ),
    [`${namespace}/syntax.yaml`]: instance("syntax", `  parameters: { DB_PASSWORD: ${SECRET}: [ }\n`),
    [`${namespace}/mistyped.yaml`]: instance("mistyped", `  parametrs: { DB_PASSWORD: ${SECRET} }\n`),
    [`${namespace}/enum.yaml`]: instance("enum", `  parameters: { API_TOKEN: ${SECRET} }\n`),
  };
}

test("mistakes around a password never show the password", async () => {
  const namespace = await world.namespace("secret");
  await world.push(files(namespace));
  await until(
    "the rendered text to be refused",
    () => world.service.row(namespace, "rendered"),
    (row) => row?.plan?.status === "FATAL_ERROR",
  );
  const pages = ["/status", "/", "/api/v1/sources", `/api/v1/instances/${namespace}/rendered/plans/deploy`];
  const texts = await Promise.all(
    pages.map(async (path) => (await fetch(`${world.service.url}${path}`)).text()),
  );
  const issues = (await world.service.status()).sources.flatMap((source) => source.issues);
  expect(issues.map(({ file }) => file?.split("/").at(-1)).sort()).toEqual(
    expect.arrayContaining(["enum.yaml", "mistyped.yaml", "syntax.yaml"]),
  );
  for (const text of texts) expect(text).not.toContain(SECRET);
  const live = await world.client.get({
    apiVersion: "kudo.dev/v1beta1",
    kind: "Instance",
    namespace,
    name: "rendered",
  });
  expect(JSON.stringify(live?.status)).not.toContain(SECRET);
});
