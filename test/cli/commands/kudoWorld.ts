import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { registerGet } from "../../../src/cli/commands/get.ts";
import { registerInstall } from "../../../src/cli/commands/install.ts";
import { registerPlan } from "../../../src/cli/commands/plan.ts";
import { registerUninstall } from "../../../src/cli/commands/uninstall.ts";
import { registerUpdate } from "../../../src/cli/commands/update.ts";
import { registerUpgrade } from "../../../src/cli/commands/upgrade.ts";
import type { Files } from "../../reconcile/reconcileWorld.ts";
import { configMapText, operatorFiles, type SmallOperator } from "../../reconcile/smallOperator.ts";
import { type CliRun, runLockstep } from "../runLockstep.ts";

const COMMANDS = [
  registerGet,
  registerInstall,
  registerPlan,
  registerUninstall,
  registerUpdate,
  registerUpgrade,
];

/** Runs a cluster command with the kubeconfig of that file, as a script would. */
export function lockstep(kubeconfig: string, namespace: string, call: readonly string[]): Promise<CliRun> {
  const home = join(dirname(kubeconfig), "home");
  const names = ["install", "upgrade"].includes(call[0] ?? "") ? ["--home", home] : [];
  return runLockstep([...call, ...names, "--kubeconfig", kubeconfig, "-n", namespace], COMMANDS);
}

/** A package of a ConfigMap with a value, and what a test changes in it. */
export function smallPackage(changes: Partial<SmallOperator> = {}): Files {
  return operatorFiles({
    parameters: [
      { name: "VALUE", default: "a" },
      { name: "SIZE", type: "integer", default: "1", trigger: "resize" },
      { name: "SHAPE", enum: ["round", "square"], default: "round", trigger: "reshape" },
      { name: "FIXED", default: "f", immutable: true },
    ],
    tasks: { config: ["config.yaml"] },
    plans: {
      deploy: [["config"]],
      resize: [["config"]],
      reshape: [["config"]],
    },
    templates: { "config.yaml": configMapText("{{ .Name }}", "{{ .Params.VALUE }}") },
    ...changes,
  });
}

/** Writes a package as a folder and answers its path. */
export async function writePackage(folder: string, name: string, files: Files): Promise<string> {
  const root = join(folder, name);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}
