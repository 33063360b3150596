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
