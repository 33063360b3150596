import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import {
  createInstance,
  patchInstance,
  publish,
  readInstance,
  until,
  untilComplete,
} from "../reconcile/reconcileWorld.ts";
import { releasePods } from "../reconcile/releasePods.ts";
import { type RunningService, serviceWorld } from "../reconcile/serviceWorld.ts";
import { configMapText, deploymentText, operatorFiles } from "../reconcile/smallOperator.ts";
import { Gate, kubeconfigFor } from "./gate.ts";

const world = serviceWorld();
const ended: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

const WEB = operatorFiles({
  parameters: [
    { name: "VALUE", default: "a" },
    { name: "PODS", default: "ready", trigger: "roll" },
  ],
  tasks: { config: ["config.yaml"], app: ["app.yaml"] },
  plans: { deploy: [["config"]], roll: [["app"], ["config"]] },
  templates: {
    "config.yaml": configMapText("{{ .Name }}", "{{ .Params.VALUE }}"),
    "app.yaml": deploymentText("app", "1", "{{ .Params.PODS }}"),
  },
});

test("a token without rights: what may not be done to what is told, and for whom", async () => {
  const { url, tokens } = world.sandbox;
  const service = await startAt(url, tokens.nobody);
  const reason = await untilUnready(service, "forbidden");
  expect(reason).toContain('User "nobody" cannot get resource "namespaces"');
  expect((await service.status()).ready).toBe(false);
});

test("a token that may only look: it waits for the lease, and says why it gets none", async () => {
  const { url, tokens } = world.sandbox;
  const reason = await untilUnready(await startAt(url, tokens.viewer), "cannot update");
  expect(reason).toContain("waiting for the lease");
  expect(reason).toContain(
    'User "viewer" cannot update resource "leases" in API group "coordination.k8s.io"',
  );
});

test("a token that nobody knows is said to be refused", async () => {
  const service = await startAt(world.sandbox.url, "stranger");
  expect(await untilUnready(service, "Unauthorized")).toContain("preparing the namespace");
});

test("a cluster that is gone at the start is waited for", async () => {
  const gate = await openGate();
  await gate.shut();
  const service = await startAt(gate.url, world.sandbox.tokens.admin);
  const reason = await untilUnready(service, new URL(gate.url).port);
  expect(reason).toContain("connection refused");
  // The service of the file holds the lease until this one may have it.
  await world.service.stop();
  await gate.open();
  await until(
    "the service is ready",
    () => service.status(),
    ({ ready }) => ready,
  );

  const namespace = await deployed();
  await gate.shut();
  await patchInstance(world.client, namespace, "one", { spec: { parameters: { VALUE: "b" } } });
  expect((await service.row(namespace, "one"))?.plan?.status).toBe("COMPLETE");
  await gate.open();
  await until(
    "the change is deployed",
    () => world.client.get({ apiVersion: "v1", kind: "ConfigMap", namespace, name: "one" }),
    (found) => (found?.data as { value?: string } | undefined)?.value === "b",
  );

  await patchInstance(world.client, namespace, "one", {
    spec: { parameters: { PODS: "hang" } },
  });
  const running = await until(
    "the plan runs",
    () => service.row(namespace, "one"),
    (row) => row?.plan?.name === "roll" && row.plan.status === "IN_PROGRESS",
  );
  await gate.shut();
  await gate.open();
  await releasePods(world.client, namespace);
  const { uid } = running?.plan ?? {};
  await untilComplete(world.client, namespace, "one", "roll", (found) => found === uid);
  const view = await readInstance(world.client, namespace, "one");
  expect(view?.planStatus.deploy?.status).toBe("COMPLETE");
});

async function deployed(): Promise<string> {
  const namespace = await world.namespace("cut");
  await publish(world.client, namespace, WEB);
  await createInstance(world.client, { namespace, name: "one" }, "web-1.0.0");
  await untilComplete(world.client, namespace, "one", "deploy");
  return namespace;
}

async function openGate(): Promise<Gate> {
  const gate = new Gate(world.sandbox.url);
  await gate.open();
  ended.push(() => gate.shut());
  return gate;
}

async function startAt(server: string, token: string): Promise<RunningService> {
  const kubeconfig = join(world.folder, `kubeconfig-${ended.length}`);
  await writeFile(kubeconfig, kubeconfigFor(server, token));
  const service = await world.start({ kubeconfig });
  ended.push(() => service.stop());
  return service;
}

/** Waits until `/readyz` says why not, and answers that. */
async function untilUnready({ url }: RunningService, text: string): Promise<string> {
  return await until(
    `/readyz says ${text}`,
    async () => {
      const answer = await fetch(`${url}/readyz`);
      return `${answer.status} ${await answer.text()}`;
    },
    (found) => found.startsWith("503") && found.includes(text),
  );
}
