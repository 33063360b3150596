import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { asObject, valueAt } from "../../../src/object/json.ts";
import { createInstance, readIndex } from "../../reconcile/reconcileWorld.ts";
import { sharedService } from "./sharedService.ts";

const service = sharedService();
const { client, until, untilPlan } = service;

/** A pod whose emptyDir is, for the commands that run on this machine, a folder of it. */
function podText(folder: string, image = "maker"): string {
  return `apiVersion: v1
kind: Pod
spec:
  volumes: [{ name: out, emptyDir: {} }]
  initContainers: [{ name: maker, image: ${image}, volumeMounts: [{ name: out, mountPath: ${folder} }] }]
`;
}

const USER = `apiVersion: v1
kind: ConfigMap
metadata: { name: user }
data: { cert: "{{ .Pipes.cert }}", env: "{{ .Pipes.Env_File }}" }
`;

test("files of a pod become a Secret and a ConfigMap that later steps use", async () => {
  const namespace = await service.namespace("pipe");
  const folder = await mkdtemp(join(await service.folder(), "pipe-"));
  const certificate = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 251));
  await writeFile(join(folder, "tls.crt"), certificate);
  await writeFile(join(folder, "app.env"), "# variables\nUSER=root\nPASSWORD=no\n");
  const pipe = [
    { file: join(folder, "tls.crt"), kind: "Secret", key: "cert" },
    { envFile: join(folder, "app.env"), kind: "ConfigMap", key: "Env_File" },
  ];
  const version = await service.publish(namespace, {
    tasks: { make: { kind: "Pipe", spec: { pod: "pod.yaml", pipe } }, use: ["user.yaml"] },
    plans: { deploy: [["make"], ["use"]] },
    templates: {
      "pod.yaml": podText(folder),
      "user.yaml": USER,
    },
  });
  await createInstance(client, { namespace, name: "my-app" }, version);
  await untilPlan(namespace, "my-app", "deploy");

  const read = (kind: string, name: string) => client.get({ apiVersion: "v1", kind, namespace, name });
  const user = asObject((await read("ConfigMap", "user"))?.data);
  expect(user).toEqual({
    cert: expect.stringMatching(/^myapp\.deploy\.[a-z0-9]+\.[a-z0-9]+\.make\.cert$/),
    env: expect.stringMatching(/^myapp\.deploy\.[a-z0-9]+\.[a-z0-9]+\.make\.envfile$/),
  });
  const secret = await read("Secret", String(user.cert));
  expect(Buffer.from(String(asObject(secret?.data)["tls.crt"]), "base64").equals(certificate)).toBe(true);
  expect((await read("ConfigMap", String(user.env)))?.data).toEqual({ USER: "root", PASSWORD: "no" });
  await until("the pod goes", async () => {
    const { items } = await client.list({ apiVersion: "v1", kind: "Pod" }, { namespace });
    return items.length === 0 ? true : undefined;
  });
  const index = await readIndex(client, namespace, "my-app");
  expect(index?.entries.map(({ ref }) => ref.kind).sort()).toEqual(["ConfigMap", "ConfigMap", "Secret"]);

  const drift = await service.call("GET", `/api/v1/instances/${namespace}/my-app/drift`);
  expect(await drift.json()).toMatchObject({ state: "InSync" });
  const manifests = await (
    await service.call("GET", `/api/v1/instances/${namespace}/my-app/manifests`)
  ).text();
  expect(manifests).toContain(String(user.env));
  expect(manifests).not.toContain('"root"');
});

test("a pod that the server refuses ends the plan, and says where", async () => {
  const namespace = await service.namespace("pipe");
  const version = await service.publish(namespace, {
    tasks: {
      make: { kind: "Pipe", spec: { pod: "pod.yaml", pipe: [{ file: "/out/a", kind: "Secret", key: "a" }] } },
    },
    plans: { deploy: [["make"]] },
    templates: { "pod.yaml": podText("/out").replace("name: maker", "name: Maker_1") },
  });
  await createInstance(client, { namespace, name: "one" }, version);
  const plan = await untilPlan(namespace, "one", "deploy", { status: "FATAL_ERROR" });
  const message = valueAt(plan as never, "phases");
  expect(JSON.stringify(message)).toContain("spec.initContainers[0].name");
});
