import type { Snapshot } from "../../src/source/snapshot.ts";
import type { PollResult, RestoredSnapshot, Source } from "../../src/source/source.ts";
import { APP, OPERATOR, PARAMS } from "../package/smallPackage.ts";
import { memoryTree } from "../source/memoryTree.ts";

export type Files = Readonly<Record<string, string>>;

/** Files of the package `demo`, by default version 0.1.0, in its folder. */
export function demoPackage(version = "0.1.0", folder = "operators/demo"): Files {
  return {
    [`${folder}/operator.yaml`]: OPERATOR.replace("0.1.0", version),
    [`${folder}/params.yaml`]: PARAMS,
    [`${folder}/templates/app.yaml`]: APP,
  };
}

/** Files of a package that uses every field an OperatorVersion can hold, and of the one that it needs. */
export function everyField(): Files {
  const needed = OPERATOR.replace("operatorVersion", 'appVersion: "1"\noperatorVersion');
  return {
    ...demoPackage("0.1.0", "every/needs"),
    "every/needs/operator.yaml": needed,
    "every/operator.yaml": `apiVersion: kudo.dev/v1beta1
name: every
description: has it all
operatorVersion: "0.1.0"
appVersion: "1.0.0"
kudoVersion: "0.19.0"
kubernetesVersion: "1.20.0"
maintainers: [{ name: m, email: m@example.com }]
url: https://example.com
namespaceManifest: ns.yaml
tasks:
  - { name: apply, kind: Apply, spec: { resources: [app.yaml] } }
  - { name: delete, kind: Delete, spec: { resources: [app.yaml] } }
  - { name: toggle, kind: Toggle, spec: { parameter: ON, resources: [app.yaml] } }
  - { name: pipe, kind: Pipe, spec: { pod: app.yaml, pipe: [{ file: /a, kind: Secret, key: a }, { envFile: /b, kind: ConfigMap, key: b }] } }
  - { name: child, kind: KudoOperator, spec: { package: demo, instanceName: c, appVersion: "1", operatorVersion: "0.1.0", parameterFile: app.yaml } }
  - { name: dummy, kind: Dummy, spec: { wantErr: true, fatal: true, done: true } }
plans:
  deploy:
    strategy: serial
    phases:
      - name: one
        strategy: parallel
        steps:
          - { name: all, tasks: [apply, delete, toggle, pipe, child, dummy] }
`,
    "every/params.yaml": `apiVersion: kudo.dev/v1beta1
parameters:
  - { name: "ON", displayName: "On", description: switch, required: true, type: boolean, default: true, trigger: deploy, immutable: true }
  - { name: SIZE, type: integer, default: 1, enum: [1, 2] }
  - { name: LIST, type: array, default: [a, b] }
  - { name: MAP, type: map, default: { a: 1 } }
  - { name: FREE, required: false }
`,
    "every/templates/app.yaml": APP.replace("REPLICAS", "SIZE"),
    "every/templates/ns.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: { name: x }\n",
  };
}

export interface InstanceText {
  readonly namespace: string;
  readonly version?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly sync?: Readonly<Record<string, unknown>>;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Text of an instance file of the package `demo`; JSON is YAML. */
export function instanceText(name: string, options: InstanceText): string {
  const { namespace, version = "demo-0.1.0", parameters, sync, labels } = options;
  const lines = [
    "apiVersion: kudo.dev/v1beta1",
    "kind: Instance",
    `metadata: ${JSON.stringify({ name, namespace, labels })}`,
    `spec: ${JSON.stringify({ operatorVersion: { name: version }, parameters })}`,
    ...(sync ? [`sync: ${JSON.stringify(sync)}`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** A source in memory: what is pushed comes with the next poll. */
export class MemorySource implements Source {
  readonly name: string;
  url: string;
  ref: string | undefined;
  #next: PollResult | undefined;
  #revision = "";

  constructor(name: string, url = `https://git.example.com/${name}.git`) {
    this.name = name;
    this.url = url;
  }

  push(revision: string, files: Files): Snapshot {
    const snapshot = { source: this.name, revision, tree: memoryTree(files) };
    this.#next = { kind: "snapshot", snapshot };
    return snapshot;
  }

  async restore(): Promise<RestoredSnapshot | undefined> {
    return undefined;
  }

  async poll(): Promise<PollResult> {
    const next = this.#next;
    this.#next = undefined;
    if (next?.kind === "snapshot") this.#revision = next.snapshot.revision;
    return next ?? { kind: "unchanged", revision: this.#revision };
  }

  async close(): Promise<void> {}
}
