import { setImmediate } from "node:timers/promises";
import { hasErrors, type Issue } from "../base/issue.ts";
import type { FileTree } from "../source/fileTree.ts";
import type { LoadedPackage } from "./loadedPackage.ts";
import { loadPackage } from "./loadPackage.ts";
import { packageFolders } from "./packageFiles.ts";
import { quickEffort } from "./verifyEffort.ts";
import { verifyContent } from "./verifyPackage.ts";
import { verifyStructure } from "./verifyStructure.ts";

/**
 * Reads every package under a path that can be used. A broken one is an issue and stops no other; `broken` names it.
 *
 * Only what KUDO refuses at installation keeps a package from being used. What else `verifyPackage` calls an error,
 * a template with an undefined parameter in a plan that never ran, say, is a warning here.
 */
export async function loadPackages(
  tree: FileTree,
  path: string,
): Promise<{
  readonly packages: readonly LoadedPackage[];
  readonly broken: readonly BrokenPackage[];
  readonly issues: readonly Issue[];
}> {
  const packages: LoadedPackage[] = [];
  const broken: BrokenPackage[] = [];
  const all: Issue[] = [];
  for (const folder of packageFolders(tree, path)) {
    await setImmediate(); // a repository may have a thousand packages: others have their turn between them
    const { loaded, issues } = await loadPackage(tree, folder);
    const found = loaded ? [...issues, ...findings(loaded)] : issues;
    all.push(...found);
    if (loaded && !hasErrors(found)) packages.push(loaded);
    else broken.push({ folder, ...(loaded?.pkg.name && { name: loaded.pkg.name }) });
  }
  return { packages, broken, issues: all };
}

/** A package folder that cannot be used; `name` when operator.yaml could be read so far. */
export interface BrokenPackage {
  readonly folder: string;
  readonly name?: string;
}

function findings(loaded: LoadedPackage): readonly Issue[] {
  const doubts = verifyContent(loaded, quickEffort()).map(
    (issue): Issue => ({ ...issue, severity: "warning" }),
  );
  return [...verifyStructure(loaded), ...doubts];
}
