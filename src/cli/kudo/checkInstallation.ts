import { didYouMean } from "../../base/nearest.ts";
import type { ClusterClient } from "../../cluster/clusterClient.ts";
import { asObject, asString } from "../../object/json.ts";
import { majorMinor } from "../../package/lenientVersion.ts";
import type { OperatorPackage } from "../../package/operatorPackage.ts";
import { type InstanceParameters, validateParameters } from "../../package/parameterValues.ts";
import { CliError, usageError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";

/**
 * Checks that the cluster is as new as the package wants it; the patch version does not count (package-format 1.4).
 *
 * @throws CliError
 */
export async function checkServerVersion(
  client: ClusterClient,
  { name, kubernetesVersion }: OperatorPackage,
  signal: AbortSignal,
): Promise<void> {
  if (kubernetesVersion === undefined) return;
  const wanted = majorMinor(kubernetesVersion);
  if (!wanted) throw new CliError(`${name}: the kubernetesVersion ${kubernetesVersion} is no version`);
  const gitVersion = asString(asObject(await client.getJson("/version", { signal })).gitVersion) ?? "";
  const [major, minor] = majorMinor(gitVersion) ?? [0, 0];
  if (major > wanted[0] || (major === wanted[0] && minor >= wanted[1])) return;
  throw new CliError(`${name} needs Kubernetes ${kubernetesVersion}, and the cluster is ${gitVersion}`);
}

/**
 * Checks the parameters of a new instance: what is required is there, and every value fits. Unknown names are only
 * warned of, as KUDO accepts them (package-format 2.3).
 *
 * @throws CliError with all problems
 */
export function checkNewParameters(pkg: OperatorPackage, given: InstanceParameters, io: CliIo): void {
  const missing = pkg.parameters
    .filter((parameter) => parameter.required && parameter.default === undefined)
    .map(({ name }) => name)
    .filter((name) => !Object.hasOwn(given, name));
  if (missing.length > 0) {
    throw usageError(
      `missing required parameters: ${missing.join(", ")}`,
      "give them with -p NAME=VALUE or in a file with -P",
    );
  }
  const problems = validateParameters(pkg, given);
  if (problems.length > 0) throw new CliError(problems.join("\n       "));
  const names = pkg.parameters.map(({ name }) => name);
  for (const name of Object.keys(given).filter((key) => !names.includes(key)))
    io.err(`warning: ${pkg.name} has no parameter ${name}${didYouMean(name, names)}\n`);
}
