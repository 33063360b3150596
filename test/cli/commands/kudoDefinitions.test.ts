import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CliIo } from "../../../src/cli/cliIo.ts";
import { registerInstall } from "../../../src/cli/commands/install.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { createClusterClient } from "../../../src/cluster/createClusterClient.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/startSandbox.ts";
import { transportTo } from "../../reconcile/reconcileWorld.ts";
import { lockstep, smallPackage, writePackage } from "./kudoWorld.ts";

const stop = new AbortController();
let folder = "";
let sandbox: Sandbox;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lockstep-definitions-"));
  sandbox = await startSandbox({}, stop.signal);
  await writeFile(join(folder, "kubeconfig"), sandbox.kubeconfig);
  await writePackage(folder, "web", smallPackage());
});
afterAll(async () => {
  stop.abort();
  await sandbox.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Person {
  readonly isTerminal: boolean;
  readonly answer: string | undefined;
  readonly flags?: readonly string[];
}

async function install(name: string, { isTerminal, answer, flags = [] }: Person) {
  let text = "";
  const io: CliIo = {
    out: (chunk) => {
      text += chunk;
    },
    err: (chunk) => {
      text += chunk;
    },
    env: {},
    readStdin: async () => "",
    stdinChunks: async function* () {},
    ask: async (question) => {
      text += question;
      return answer;
    },
    isTerminal,
    columns: () => 80,
    signal: new AbortController().signal,
  };
  const at = ["--kubeconfig", join(folder, "kubeconfig"), "--home", folder, "-n", "default"];
  const code = await runProgram(["install", join(folder, "web"), "--instance", name, ...at, ...flags], io, [
    registerInstall,
  ]);
  return { code, text };
}

const MISSING = "the cluster does not serve Operator, OperatorVersion, Instance of kudo.dev/v1beta1";

test("a command that needs them says what installs them", async () => {
  const { code, err } = await lockstep(join(folder, "kubeconfig"), "default", ["get", "all"]);
  expect(code).toBe(1);
  expect(err).toContain("`lockstep serve` and `lockstep install --install-crds` install the definitions");
});

/** In this order: the last ones install the definitions. */
test.each([
  {
    name: "in a script the flag is told",
    person: { isTerminal: false, answer: "y" },
    code: 1,
    text: `error: ${MISSING}\nhint: --install-crds installs`,
  },
  {
    name: "on a terminal a person may decline",
    person: { isTerminal: true, answer: "" },
    code: 1,
    text: `${MISSING}. Install the definitions? [y/N] error: `,
  },
  {
    name: "on a terminal a person may agree",
    person: { isTerminal: true, answer: "yes" },
    code: 0,
    text: "customresourcedefinition instances.kudo.dev created\noperator default/web created\n",
  },
  {
    name: "where they are, nobody is asked",
    person: { isTerminal: true, answer: undefined },
    code: 0,
    text: "operatorversion default/web-1.0.0 already installed\n",
  },
])("$name", async ({ name, person, code, text }) => {
  const run = await install(name.replaceAll(/[ ,]+/g, "-").toLowerCase(), person);
  expect(run.code).toBe(code);
  expect(run.text).toContain(text);
});

test("--install-crds asks nobody", async () => {
  const client = createClusterClient(transportTo(sandbox));
  for (const kind of ["operators", "operatorversions", "instances"]) {
    await client.delete({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      name: `${kind}.kudo.dev`,
    });
  }
  const run = await install("anew", { isTerminal: false, answer: undefined, flags: ["--install-crds"] });
  expect(run).toMatchObject({ code: 0 });
  expect(run.text).toContain("customresourcedefinition operators.kudo.dev created\n");
});
