import { join } from "node:path";
import type { Command } from "commander";
import { formatIssue, hasErrors, type Issue } from "../../base/issue.ts";
import type { JsonValue } from "../../object/json.ts";
import { decodeTemplateTests } from "../../package/decodeTemplateTests.ts";
import { loadPackage } from "../../package/loadPackage.ts";
import { inFolder, packageFolders } from "../../package/packageFiles.ts";
import type { TemplateTest } from "../../package/templateTest.ts";
import { type CompiledPackage, compilePackage } from "../../render/compiledPackage.ts";
import { judgeTest } from "../../render/judgeTest.ts";
import type { FileTree } from "../../source/fileTree.ts";
import { type ParsedDocument, parseYaml } from "../../yaml/parseYaml.ts";
import { positionOf } from "../../yaml/positionOf.ts";
import { CliError } from "../cliError.ts";
import { type CliIo, EXIT, type ExitCode } from "../cliIo.ts";
import { withOutput } from "../instanceArgument.ts";
import { type OutputFormat, paletteFor, parseFormat, print } from "../output.ts";
import { readFolder } from "../readPackage.ts";
import { runTemplateTest } from "../runTemplateTest.ts";
import { type TestVerdict, verdictText } from "../testReport.ts";

/** A file of tests with its package. */
interface TestFile {
  readonly file: string;
  readonly text: string;
  readonly document: ParsedDocument;
  readonly tests: readonly TemplateTest[];
  readonly compiled: CompiledPackage;
  /** Of the package, as a person can open it. */
  readonly folder: string;
}

/** `lockstep template test DIR`: runs what a package expects of its templates, from its folder `tests`. */
export function addTemplateTest(family: Command, io: CliIo, end: (code: ExitCode) => void): void {
  withOutput(
    family.command("test").description("run the tests that lie beside a package, in its folder tests"),
  )
    .argument("[folder]", "folder of a package, or one with packages below", ".")
    .action(async (folder: string, options: { readonly output: string }) => {
      const format = parseFormat(options.output);
      const files = await readTests(folder, io);
      const verdicts = await runFiles(files, format, io);
      const failed = verdicts.filter(({ failures }) => failures.length > 0).length;
      const passed = verdicts.length - failed;
      const palette = paletteFor(io);
      print(io, format, { passed, failed, tests: verdicts.map(documentOf) }, () =>
        (failed > 0 ? palette.bad : palette.good)(`${passed} passed, ${failed} failed`).concat("\n"),
      );
      if (failed > 0) end(EXIT.failed);
    });
}

/** @throws CliError with every mistake in the packages and the files of tests */
async function readTests(folder: string, io: CliIo): Promise<readonly TestFile[]> {
  const tree = await readFolder(folder, io.signal);
  const issues: Issue[] = [];
  const files: TestFile[] = [];
  for (const path of packageFolders(tree, "")) files.push(...(await testsOf(tree, folder, path, issues)));
  const errors = issues.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    const count = `${errors.length} ${errors.length === 1 ? "mistake" : "mistakes"} in the tests or their package`;
    throw new CliError(`${count}; nothing was run\n${errors.map(formatIssue).join("\n")}`);
  }
  if (files.length > 0) return files;
  throw new CliError(`${folder} has no package with tests`, {
    hint: "tests lie in the folder tests beside operator.yaml, in files that end with .yaml",
  });
}

async function testsOf(
  tree: FileTree,
  root: string,
  folder: string,
  issues: Issue[],
): Promise<readonly TestFile[]> {
  const prefix = inFolder(folder, "tests/");
  const paths = tree.paths.filter((path) => path.startsWith(prefix) && /\.ya?ml$/.test(path));
  if (paths.length === 0) return [];
  const { loaded, issues: ofPackage } = await loadPackage(tree, folder);
  issues.push(...ofPackage.map((issue) => (issue.file ? { ...issue, file: join(root, issue.file) } : issue)));
  if (!loaded || hasErrors(ofPackage)) return [];
  const compiled = compilePackage(loaded.pkg);
  const files = await Promise.all(
    paths.map(async (path) => ({ file: join(root, path), text: (await tree.read(path)) ?? "" })),
  );
  return files.flatMap(({ file, text }) =>
    readFile(file, text, compiled, issues).map((found) => ({ ...found, folder: join(root, folder) })),
  );
}

/** Every document of a file has tests of its own. */
function readFile(
  file: string,
  text: string,
  compiled: CompiledPackage,
  issues: Issue[],
): readonly Omit<TestFile, "folder">[] {
  const { documents, issues: ofYaml } = parseYaml(text, file, { strict: true });
  issues.push(...ofYaml);
  return documents
    .filter(({ isEmpty }) => !isEmpty)
    .map((document) => {
      const { tests, issues: ofTests } = decodeTemplateTests(document, compiled.pkg);
      issues.push(...ofTests);
      return { file, text, document, tests, compiled };
    });
}

async function runFiles(
  files: readonly TestFile[],
  format: OutputFormat,
  io: CliIo,
): Promise<readonly TestVerdict[]> {
  const palette = paletteFor(io);
  const verdicts: TestVerdict[] = [];
  let shown = "";
  for (const { file, text, document, tests, compiled, folder } of files) {
    if (format === "text" && shown !== file) io.out(`${file}\n`);
    shown = file;
    for (const test of tests) {
      io.signal.throwIfAborted();
      const mismatches = judgeTest(test, await runTemplateTest(compiled, folder, test, io.signal));
      const failures = mismatches.map(({ path, part, ...mismatch }) => ({
        file,
        ...positionOf(document, path, part),
        ...mismatch,
      }));
      const verdict = { file, line: positionOf(document, test.path).line, name: test.name, failures };
      verdicts.push(verdict);
      if (format === "text") io.out(verdictText(verdict, text, palette));
    }
  }
  return verdicts;
}

function documentOf({ file, line, name, failures }: TestVerdict): JsonValue {
  return {
    file,
    line,
    name,
    passed: failures.length === 0,
    failures: failures.map(({ message, pointer, wanted, got, ...place }) => ({
      ...place,
      message,
      ...(pointer !== undefined && { pointer }),
      ...(wanted !== undefined && { wanted }),
      ...(got !== undefined && { got }),
    })),
  };
}
