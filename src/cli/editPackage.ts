import { join } from "node:path";
import { formatIssue, type Issue } from "../base/issue.ts";
import type { JsonValue } from "../object/json.ts";
import type { LoadedPackage } from "../package/loadedPackage.ts";
import type { FileTree } from "../source/fileTree.ts";
import { memoryTree } from "../source/memoryTree.ts";
import { positionOf, type YamlPath } from "../yaml/positionOf.ts";
import { CliError } from "./cliError.ts";
import type { CliIo } from "./cliIo.ts";
import { chooseFolder } from "./packageArgument.ts";
import { type PackageReport, reportPackage, reportText } from "./packageReport.ts";
import { readFolder } from "./readPackage.ts";
import { writeText } from "./writeText.ts";

/** One change of the files of a package; `what` completes "FILE: added …". */
export type Edit =
  | {
      readonly kind: "item";
      readonly file: string;
      readonly path: YamlPath;
      readonly value: JsonValue;
      readonly what: string;
    }
  | {
      readonly kind: "member";
      readonly file: string;
      readonly path: YamlPath;
      readonly key: string;
      readonly value: JsonValue;
      readonly what: string;
    }
  /** A file that is not there yet; one that is stays. */
  | { readonly kind: "file"; readonly file: string; readonly text: string };

/** A package that is about to change. */
export interface EditedPackage {
  readonly folder: string;
  readonly tree: FileTree;
  readonly loaded: LoadedPackage;
  readonly report: PackageReport;
}

/** The package of a folder, as far as it can be read. @throws CliError when nothing can be added to it */
export async function openPackage(dir: string | undefined, io: CliIo): Promise<EditedPackage> {
  const folder = await chooseFolder(dir, io);
  const tree = await readFolder(folder, io.signal);
  const report = await reportPackage(tree, folder);
  const { loaded } = report;
  if (loaded?.knowsParameters) return { folder, tree, loaded, report };
  throw new CliError(
    `${folder} is no package that can be read\n${report.errors.map(formatIssue).join("\n")}`,
    {
      hint: loaded === undefined ? "`lockstep package new NAME` writes one to begin with" : "mend that first",
    },
  );
}

/**
 * Changes the files when the package verifies afterwards as well as before: a mistake that comes with the change is told
 * with its place in what would have been written.
 *
 * @throws CliError when nothing was written
 */
export async function editPackage(
  { folder, tree, report }: EditedPackage,
  edits: readonly Edit[],
  io: CliIo,
): Promise<void> {
  const texts = new Map<string, string>();
  for (const edit of edits) {
    if (edit.kind === "file") {
      if (!tree.paths.includes(edit.file)) texts.set(edit.file, edit.text);
      continue;
    }
    const before = texts.get(edit.file) ?? (await tree.read(edit.file)) ?? "";
    const after = await changed(before, edit);
    if (after === undefined) throw notInPlace(folder, edit);
    texts.set(edit.file, after);
  }
  const after = await reportPackage(await withTexts(tree, texts), folder);
  const errors = newIssues(after.errors, report.errors);
  if (errors.length > 0) {
    io.err(reportText({ ...after, errors, warnings: [] }, io));
    throw new CliError(`${folder}: the package would not verify with that; nothing was written`);
  }
  for (const [file, text] of texts) await writeText(join(folder, file), text);
  for (const edit of edits) {
    if (edit.kind !== "file") io.out(`${join(folder, edit.file)}: added ${edit.what}\n`);
    else if (texts.has(edit.file)) io.out(`${join(folder, edit.file)}: created\n`);
  }
  for (const issue of newIssues(after.warnings, report.warnings)) io.err(`${formatIssue(issue)}\n`);
}

async function changed(text: string, edit: Exclude<Edit, { kind: "file" }>): Promise<string | undefined> {
  const { addMember, appendItem } = await import("../yaml/editYaml.ts"); // 10 MB that no other command needs
  const { path, value } = edit;
  return edit.kind === "item" ? appendItem(text, path, value) : addMember(text, path, edit.key, value);
}

function notInPlace(folder: string, { file, path }: Exclude<Edit, { kind: "file" }>): CliError {
  return new CliError(`${join(folder, file)}: nothing can be added to ${path.join(".")} as it is written`, {
    hint: "write it as a list or mapping of its own, not as an alias, or add it by hand",
  });
}

async function withTexts(tree: FileTree, texts: ReadonlyMap<string, string>): Promise<FileTree> {
  const files = new Map<string, Uint8Array>();
  for (const path of tree.paths) files.set(path, (await tree.bytes(path)) ?? new Uint8Array());
  for (const [path, text] of texts) files.set(path, Buffer.from(text));
  return memoryTree(files, tree.symlinks);
}

/** Those that were not there before, wherever they stand now. */
function newIssues(after: readonly Issue[], before: readonly Issue[]): readonly Issue[] {
  const keyOf = ({ code, file, message }: Issue): string => [code, file, message].join("\n");
  const known = new Set(before.map(keyOf));
  return after.filter((issue) => !known.has(keyOf(issue)));
}

/** An error about something that operator.yaml has already, with its place. */
export function alreadyThere({ folder, loaded }: EditedPackage, path: YamlPath, what: string): CliError {
  const { line, column } = positionOf(loaded.operator, path, "key");
  const file = join(folder, loaded.operator.source.file ?? "");
  return new CliError(`${file}:${line}:${column}: there is ${what} already; nothing was written`);
}
