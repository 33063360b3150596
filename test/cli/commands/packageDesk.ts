import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import type { Register } from "../../../src/cli/program.ts";
import { type CliRun, runLockstep } from "../runLockstep.ts";

/** A package as a person wrote it. */
export const PG_FILES = {
  "operator.yaml": `# All about pg.
name: pg
operatorVersion: "0.2.0"
appVersion: "12.4"
kubernetesVersion: "1.20"
tasks:
    - {name: cfg, kind: Apply, spec: {resources: [cm.yaml]}}   # first
plans:
  deploy: # always
    strategy: serial
    phases:
    - name: main
      strategy: serial
      steps:
      - name: config
        tasks: [cfg]

# the end
`,
  "params.yaml": "# none\nparameters: []\n",
  "templates/cm.yaml": 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Name }}"}\n',
};

/** A folder of packages, and the program beside it. */
export interface PackageDesk {
  /** Path of the folder, once the tests run. */
  readonly root: () => string;
  /** Runs the program; `@` in an argument is the folder, which is taken out of what it says. */
  run(words: readonly string[], answers?: readonly string[]): Promise<CliRun>;
  read(path: string): Promise<string>;
  write(folder: string, files: Readonly<Record<string, string>>): Promise<void>;
}

/** Makes the folder before the tests of a file, and removes it afterwards. */
export function packageDesk(commands: readonly Register[]): PackageDesk {
  let root = "";
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "lockstep-desk-"));
  });
  afterAll(() => rm(root, { recursive: true }));
  return {
    root: () => root,
    run: async (words, answers) => {
      const args = words.map((word) => word.replace(/^@/, `${root}/`));
      const { code, out, err } = await runLockstep(args, commands, "", answers && { answers });
      const clean = (text: string): string => text.replaceAll(`${root}/`, "");
      return { code, out: clean(out), err: clean(err) };
    },
    read: (path) => readFile(join(root, path), "utf8"),
    write: async (folder, files) => {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(root, folder, path)), { recursive: true });
        await writeFile(join(root, folder, path), text);
      }
    },
  };
}
