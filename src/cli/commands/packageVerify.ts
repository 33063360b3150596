import type { Command } from "commander";
import type { Issue } from "../../base/issue.ts";
import { didYouMean } from "../../base/nearest.ts";
import type { JsonValue } from "../../object/json.ts";
import { verifyApiVersions } from "../../package/verifyApiVersions.ts";
import { verifyPackage } from "../../package/verifyPackage.ts";
import { PARAMETER_CHECKS, type ParameterCheck, verifyTexts } from "../../package/verifyTexts.ts";
import { CliError, usageError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { withOutput } from "../instanceArgument.ts";
import { parseKubeVersion } from "../kubeVersion.ts";
import { paletteFor, parseFormat, print } from "../output.ts";
import { chooseFolder, readPackageFiles } from "../packageArgument.ts";
import { type PackageCheck, reportPackage, reportText } from "../packageReport.ts";

interface VerifyOptions {
  readonly output: string;
  readonly kubeVersion?: string;
  readonly paramChecks?: string;
}

/** `lockstep package verify`: all mistakes of a package, in a folder or an archive. */
export function addPackageVerify(family: Command, io: CliIo): void {
  withOutput(family.command("verify").description("find all mistakes of a package"))
    .argument("[package]", "folder with operator.yaml, or a .tgz; default: here, or the only one below")
    .option(
      "--kube-version <version>",
      "warn of API versions that this Kubernetes lacks or deprecates, 1.36 say",
    )
    .option("--param-checks <list>", `warn of parameters' texts: ${PARAMETER_CHECKS.join(", ")}, all`)
    .action((path: string | undefined, options: VerifyOptions) => verify(path, options, io));
}

async function verify(given: string | undefined, options: VerifyOptions, io: CliIo): Promise<void> {
  const format = parseFormat(options.output);
  const checks = checksOf(options);
  const path = await chooseFolder(given, io);
  const report = await reportPackage(await readPackageFiles(path, io), path, checks);
  const { errors, warnings } = report;
  const isValid = errors.length === 0;
  const result = { errors: errors.map(toDocument), warnings: warnings.map(toDocument), valid: isValid };
  print(
    io,
    format,
    result,
    () => `${reportText(report, io)}${isValid ? `${paletteFor(io).good("package is valid")}\n` : ""}`,
  );
  if (isValid) return;
  const count = `${errors.length} package verification ${errors.length === 1 ? "error" : "errors"}`;
  throw new CliError(`${path}: found ${count}`);
}

/** What is asked of the package: the rules that always hold, and those of the options. */
function checksOf({ kubeVersion, paramChecks }: VerifyOptions): readonly PackageCheck[] {
  parseKubeVersion(kubeVersion);
  const texts = parseChecks(paramChecks);
  return [
    verifyPackage,
    ...(kubeVersion === undefined
      ? []
      : [(it: Parameters<PackageCheck>[0]) => verifyApiVersions(it, kubeVersion)]),
    ...(texts.size === 0 ? [] : [(it: Parameters<PackageCheck>[0]) => verifyTexts(it, texts)]),
  ];
}

function parseChecks(list = ""): ReadonlySet<ParameterCheck> {
  const words = list
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean);
  const known: readonly string[] = [...PARAMETER_CHECKS, "all"];
  const unknown = words.find((word) => !known.includes(word));
  if (unknown !== undefined) {
    throw usageError(
      `--param-checks: there is no check "${unknown}"${didYouMean(unknown, known)}`,
      `the checks are ${known.join(", ")}`,
    );
  }
  return new Set(words.includes("all") ? PARAMETER_CHECKS : (words as ParameterCheck[]));
}

function toDocument({ severity: _, ...issue }: Issue): JsonValue {
  return issue;
}
