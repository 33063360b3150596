import { hasErrors, type Issue } from "../base/issue.ts";
import type { FileTree } from "../source/fileTree.ts";
import { type ParsedDocument, parseYaml } from "../yaml/parseYaml.ts";
import { decodeOperator } from "./decodeOperator.ts";
import { decodeParams } from "./decodeParams.ts";
import type { LoadedPackage } from "./loadedPackage.ts";
import { packageDigest } from "./operatorVersion.ts";
import { inFolder, OPERATOR_FILE, PARAMS_FILE, type PackageFiles, packageFiles } from "./packageFiles.ts";

/** Characters of a file: an OperatorVersion, which holds the whole package, cannot have more. */
const MAX_FILE = 1024 * 1024;
/** Tasks, parameters or templates of a package: each is looked for among all others. */
const MAX_PARTS = 2000;

/**
 * Reads the package of one folder (package-format 1).
 *
 * @param folder  from the root of the tree; empty for the root itself
 * @returns all mistakes of form at once, and the package as far as it could be read: with an error among the issues
 *          it must not be used. What it says may still make no sense; that is for `verifyPackage`.
 */
export async function loadPackage(
  tree: FileTree,
  folder: string,
): Promise<{ readonly loaded?: LoadedPackage; readonly issues: readonly Issue[] }> {
  const issues: Issue[] = [];
  const files = packageFiles(tree, folder);
  const operator = await readDocument(tree, inFolder(folder, OPERATOR_FILE), issues);
  const definition = operator && decodeOperator(operator, issues);
  const ofParams: Issue[] = [];
  const params = await readDocument(tree, inFolder(folder, PARAMS_FILE), ofParams);
  const { parameters, groups } = decodeParams(params, ofParams);
  issues.push(...ofParams);
  if (!operator || !definition) return { issues };
  const templates = await readTemplates(tree, files, issues);
  const counts = { tasks: definition.tasks.length, parameters: parameters.length, templates: templates.size };
  for (const [what, count] of Object.entries(counts)) {
    if (count <= MAX_PARTS) continue;
    const message = `the package has ${count} ${what}; ${MAX_PARTS} is the most that is read`;
    return {
      issues: [
        ...issues,
        { severity: "error", code: "package.tooLarge", message, file: inFolder(folder, OPERATOR_FILE) },
      ],
    };
  }
  const content = { ...definition, parameters, groups, templates };
  const pkg = { ...content, digest: packageDigest(content) };
  const symlinks = tree.symlinks.filter((path) => path.startsWith(inFolder(folder, "")));
  return {
    loaded: { pkg, tree, files, operator, params, knowsParameters: !hasErrors(ofParams), symlinks },
    issues,
  };
}

/** The first document of a file of the package. */
async function readDocument(
  tree: FileTree,
  file: string,
  issues: Issue[],
): Promise<ParsedDocument | undefined> {
  const text = await tree.read(file);
  const name = file.slice(file.lastIndexOf("/") + 1);
  if (text === undefined) {
    issues.push(missingFile(tree, file, name));
    return undefined;
  }
  if (text.length > MAX_FILE) {
    const message = `${name} is larger than ${MAX_FILE} characters`;
    issues.push({ severity: "error", code: "package.tooLarge", message, file });
    return undefined;
  }
  const parsed = parseYaml(text, file);
  issues.push(...parsed.issues);
  const [document] = parsed.documents;
  if (name === OPERATOR_FILE && !hasErrors(parsed.issues) && (document?.value ?? null) === null) {
    issues.push({ severity: "error", code: "package.empty", message: `${name} is empty`, file });
    return undefined;
  }
  return document;
}

function missingFile(tree: FileTree, file: string, name: string): Issue {
  const isSymlink = tree.symlinks.includes(file);
  const message = isSymlink ? `${name} is a symlink, which is not followed` : `the package has no ${name}`;
  const hint = isSymlink
    ? "commit the file itself"
    : name === PARAMS_FILE
      ? "a package without parameters needs an empty params.yaml"
      : undefined;
  return { severity: "error", code: "package.fileMissing", message, file, ...(hint && { hint }) };
}

async function readTemplates(
  tree: FileTree,
  files: PackageFiles,
  issues: Issue[],
): Promise<ReadonlyMap<string, string>> {
  for (const { key, path, other } of files.collisions) {
    issues.push({
      severity: "error",
      code: "package.templateCollision",
      message: `${path} and ${other} are both the template ${key}`,
      file: path,
      hint: "rename one of them",
    });
  }
  const texts = await Promise.all(
    [...files.templates].map(async ([key, path]) => [key, (await tree.read(path)) ?? ""] as const),
  );
  return new Map(texts);
}
