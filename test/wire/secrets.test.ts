import { expect, test } from "vitest";
import { secretTexts } from "../../src/package/randomRecord.ts";
import {
  type Files,
  instanceRef,
  readIndex,
  readInstance,
  until,
  untilComplete,
} from "../reconcile/reconcileWorld.ts";
import { serviceWorld } from "../reconcile/serviceWorld.ts";
import { deploymentText, operatorFiles } from "../reconcile/smallOperator.ts";

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

/** A password in an environment variable, a certificate in a ConfigMap, and a later step that quotes both. */
const DRAWN = operatorFiles({
  name: "drawn",
  parameters: [{ name: "BREAK", default: "no" }],
  tasks: { app: ["app.yaml", "ca.yaml"], quote: ["quote.yaml"] },
  plans: { deploy: [["app", "quote"]] },
  templates: {
    "app.yaml": `${deploymentText("{{ .Name }}")}`.replace(
      "image: app }",
      'image: app, env: [{ name: PASSWORD, value: "{{ randAlphaNum 16 }}" }] }',
    ),
    "ca.yaml": `{{ $key := genPrivateKey "ed25519" }}apiVersion: v1
kind: ConfigMap
metadata: { name: "{{ .Name }}" }
data:
  key: {{ $key | toJson }}
  encoded: {{ $key | b64enc }}
`,
    "quote.yaml": `{{ $word := randAlphaNum 16 }}{{ if eq .Params.BREAK "template" }}{{ fail $word }}{{ end }}apiVersion: v1
kind: ConfigMap
metadata: { name: "{{ .Name }}-quote", labels: { x: "y{{ if eq .Params.BREAK "server" }} {{ $word }}{{ end }}" } }
data: { word: "{{ $word }}" }
`,
  },
});

test("random values never leave: not in drift, manifests, errors of templates or of the server, or events", async () => {
  const namespace = await world.namespace("drawn");
  const instance = (parameters = "{}"): Files => ({
    [`${namespace}.yaml`]: `apiVersion: kudo.dev/v1beta1
kind: Instance
metadata: { name: one, namespace: ${namespace} }
spec:
  operatorVersion: { name: drawn-1.0.0 }
  parameters: ${parameters}
`,
  });
  await world.push({
    ...Object.fromEntries(Object.entries(DRAWN).map(([path, text]) => [`drawn/${path}`, text])),
    ...instance(),
  });
  await untilComplete(world.client, namespace, "one", "deploy");
  const record = (await readIndex(world.client, namespace, "one"))?.randomRecord;
  const values = secretTexts(record ?? { values: {} }).map((text) => text.trim());
  expect(new Set(values).size).toBe(3);

  const shown: string[] = [];
  const look = async (): Promise<void> => {
    const api = `/api/v1/instances/${namespace}/one`;
    const pages = ["/status", "/", "/metrics", api, `${api}/plans`, `${api}/drift`, `${api}/manifests`];
    for (const page of pages) shown.push(await (await fetch(`${world.service.url}${page}`)).text());
    const live = await world.client.get(instanceRef(namespace, "one"));
    const events = await world.client.list({ apiVersion: "v1", kind: "Event" }, { namespace });
    shown.push(JSON.stringify(live), JSON.stringify(events.items));
  };
  await look();
  const app = { apiVersion: "apps/v1", kind: "Deployment", namespace, name: "one" };
  const config = { apiVersion: "v1", kind: "ConfigMap", namespace, name: "one" };
  const env = [{ name: "PASSWORD", value: "other" }];
  const patch = { spec: { template: { spec: { containers: [{ name: "app", image: "app", env }] } } } };
  await world.client.patch(app, "merge", patch, { fieldManager: "kubectl" });
  await world.client.patch(
    config,
    "merge",
    { data: { key: "k", encoded: "e" } },
    { fieldManager: "kubectl" },
  );
  const drift = await until(
    "both are found",
    () => world.service.request("GET", `/api/v1/instances/${namespace}/one/drift`),
    ({ body }) => (body.objects as unknown[] | undefined)?.length === 2,
  );
  expect(JSON.stringify(drift.body)).toContain('"desired":"•••"');
  await look();
  for (const cause of ["template", "server"]) {
    await world.push(instance(`{ BREAK: ${cause} }`));
    const view = await until(
      `the ${cause} refuses`,
      () => readInstance(world.client, namespace, "one"),
      (found) => found?.planStatus.deploy?.status === "FATAL_ERROR" && found.parameters.BREAK === cause,
    );
    await look();
    expect(JSON.stringify(view?.planStatus.deploy)).toContain("•••");
  }
  for (const text of shown) for (const value of values) expect(text.includes(value), text).toBe(false);
});
