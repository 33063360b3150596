import { hash } from "node:crypto";
import { asList, asObject, asString, valueAt } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import { podFiles } from "../sandbox/podFiles.ts";
import {
  createInstance,
  type Files,
  type Life,
  live,
  patchInstance,
  publish,
  type ReconcileWorld,
  readInstance,
  reconcileWorld,
  until,
} from "./reconcileWorld.ts";

/** Plays pods each of which makes something else, so that one can tell which pod an artifact is from. */
export const makers = podFiles((pod) => {
  const uid = pod.metadata.uid ?? "";
  const init = asObject(asList(valueAt(pod, "spec", "initContainers"))[0]);
  const size = Number(asObject(asList(init.env)[0]).value ?? 0);
  return {
    "/out/tls.crt": size > 0 ? noise(uid, size) : `certificate of ${uid}`,
    "/out/app.env": `# made by ${uid}\nUSER=a\nPASSWORD=of "${uid}" \n`,
    "/out/bad.env": "GOOD=1\nhunter2\n",
    "/out/link.crt": { link: "tls.crt" },
  };
});

/** Bytes that do not compress. */
function noise(seed: string, size: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(size / 64) }, (_, index) =>
    hash("sha512", `${seed}${index}`, "buffer"),
  );
  return Buffer.concat(blocks).subarray(0, size);
}

export const POD = `apiVersion: v1
kind: Pod
metadata: { name: anything }
spec:
  volumes: [{ name: out, emptyDir: {} }]
  initContainers:
    - { name: maker, image: maker, env: [{ name: SIZE, value: "{{ .Params.SIZE }}" }], volumeMounts: [{ name: out, mountPath: /out }] }
---
- not read
`;

export const USER = `apiVersion: v1
kind: ConfigMap
metadata: { name: "{{ .Name }}-user" }
data: { cert: "{{ .Pipes.cert }}", env: "{{ index .Pipes "env-file" }}" }
`;

export const PIPE =
  "[{ file: /out/tls.crt, kind: Secret, key: cert }, { envFile: /out/app.env, kind: ConfigMap, key: env-file }]";

/** A package whose plan makes files and uses them. */
export function packageWith({ pipe = PIPE, pod = POD, steps = "", user = USER } = {}): Files {
  return {
    "operator.yaml": `apiVersion: kudo.dev/v1beta1
name: piper
operatorVersion: "1.0.0"
kubernetesVersion: "1.20.0"
tasks:
  - { name: Make_It, kind: Pipe, spec: { pod: pod.yaml, pipe: ${pipe} } }
  - { name: use, kind: Apply, spec: { resources: [user.yaml] } }
plans:
  deploy:
    strategy: serial
    phases:
      - name: main
        strategy: serial
        steps:
          - { name: make, tasks: [Make_It] }
          - { name: use, tasks: [use] }
${steps}`,
    "params.yaml": `apiVersion: kudo.dev/v1beta1
parameters:
  - { name: SIZE, type: integer, default: 0 }
`,
    "templates/pod.yaml": pod,
    "templates/user.yaml": user,
  };
}

export const NAME = "my-app";
export const ARTIFACT = "myapp.deploy.main.make.makeit";
export const POD_NAME = `${ARTIFACT}.pipepod`;

/** The story's world: one embedded cluster whose pods make files. */
export function pipeWorld() {
  const world: ReconcileWorld = reconcileWorld(makers);
  return { ...bound(world), world };
}

function bound(world: ReconcileWorld) {
  const get = (namespace: string, kind: string, name: string): Promise<KubeObject | undefined> =>
    world.client.get({ apiVersion: "v1", kind, namespace, name });
  return {
    get,

    async install(prefix: string, files: Files = packageWith(), parameters = {}): Promise<string> {
      const namespace = await world.namespace(prefix);
      const version = await publish(world.client, namespace, files);
      await createInstance(world.client, { namespace, name: NAME }, version, parameters);
      return namespace;
    },

    /** Uids of the pods that the artifacts are from: one, when all is well. */
    async makersOf(namespace: string): Promise<readonly string[]> {
      const secret = await get(namespace, "Secret", `${ARTIFACT}.cert`);
      const map = await get(namespace, "ConfigMap", `${ARTIFACT}.envfile`);
      const fromSecret = secret && text(asObject(secret.data)["tls.crt"]).replace("certificate of ", "");
      const fromMap = /"(.*)"/.exec(asString(asObject(map?.data).PASSWORD) ?? "")?.[1];
      return [...new Set([fromSecret, fromMap].filter((uid) => uid !== undefined))];
    },

    async trigger(namespace: string, plan = "deploy"): Promise<void> {
      const planExecution = { planName: plan, uid: crypto.randomUUID() };
      await patchInstance(world.client, namespace, NAME, { spec: { planExecution } });
    },

    /** Every message of the plan once it has failed. */
    async untilFatal(namespace: string): Promise<string> {
      const view = await until(
        "the plan fails",
        () => readInstance(world.client, namespace, NAME),
        (found) => found?.planStatus.deploy?.status === "FATAL_ERROR",
      );
      const { deploy } = view?.planStatus ?? {};
      const steps = (deploy?.phases ?? []).flatMap((phase) => phase.steps);
      return [deploy, ...steps].map((part) => part?.message ?? "").join("\n");
    },

    async withLife<T>(namespace: string, work: (life: Life) => Promise<T>): Promise<T> {
      const life = await live(world, namespace);
      try {
        return await work(life);
      } finally {
        await life.stop();
      }
    },
  };
}

/** Text of base64. */
export const text = (value: unknown): string => Buffer.from(String(value), "base64").toString();
