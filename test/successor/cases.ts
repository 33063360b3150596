import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import { parseYaml } from "../../src/yaml/parseYaml.ts";

/** One object of a version that is gone, and what becomes of it. */
export interface SuccessorCase {
  readonly name: string;
  readonly before: KubeObject;
  readonly after?: KubeObject;
  readonly warnings?: readonly string[];
  readonly impossible?: string;
}

const folder = join(import.meta.dirname, "cases");

export const SUCCESSOR_CASES: readonly SuccessorCase[] = readdirSync(folder).flatMap(
  (file) =>
    parseYaml(readFileSync(join(folder, file), "utf8"), file).documents[0]
      ?.value as unknown as SuccessorCase[],
);
