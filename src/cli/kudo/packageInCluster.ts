import { didYouMean } from "../../base/nearest.ts";
import type { ClusterClient } from "../../cluster/clusterClient.ts";
import { asString, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { OperatorPackage } from "../../package/operatorPackage.ts";
import { fromOperatorVersion } from "../../package/operatorVersion.ts";
import {
  fitsWish,
  newestFirst,
  type PackageVersions,
  type VersionWish,
  versionText,
} from "../../repository/versionWish.ts";
import { KUDO_API_VERSION } from "../../sync/crds.ts";
import { CliError } from "../cliError.ts";

/** A package that was installed before. */
export interface InstalledPackage {
  readonly pkg: OperatorPackage;
  /** Name of its OperatorVersion, which an Instance refers to. */
  readonly operatorVersion: string;
}

/**
 * The newest OperatorVersion of an operator in a namespace that fits, with what its Operator says (package-format 9.3,
 * 5). Newest is by app version, then by operator version.
 *
 * @throws CliError when there is none, or it cannot be read
 */
export async function packageInCluster(
  client: ClusterClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  wish: VersionWish,
  signal: AbortSignal,
): Promise<InstalledPackage> {
  const apiVersion = KUDO_API_VERSION;
  const { items } = await client.list({ apiVersion, kind: "OperatorVersion" }, { namespace, signal });
  const ofOperator = items.filter((item) => operatorOf(item) === name);
  const [newest] = ofOperator
    .filter((item) => fitsWish(versionsOf(item), wish))
    .sort((a, b) => newestFirst(versionsOf(a), versionsOf(b)));
  if (!newest) throw noneFits(namespace, name, items, ofOperator);
  const read = fromOperatorVersion(newest);
  if ("problem" in read) throw new CliError(read.problem);
  const operator = await client.get({ apiVersion, kind: "Operator", namespace, name }, { signal });
  const said = (key: string): object => {
    const text = asString(valueAt(operator, "spec", key));
    return text ? { [key]: text } : {};
  };
  return {
    pkg: { ...read.pkg, ...said("kubernetesVersion"), ...said("namespaceManifest") },
    operatorVersion: newest.metadata.name ?? "",
  };
}

function versionsOf(item: KubeObject): PackageVersions {
  return { operatorVersion: specText(item, "version"), appVersion: specText(item, "appVersion") };
}

function operatorOf(item: KubeObject): string {
  return asString(valueAt(item, "spec", "operator", "name")) ?? "";
}

function specText(item: KubeObject, key: string): string {
  return asString(valueAt(item, "spec", key)) ?? "";
}

function noneFits(
  namespace: string,
  name: string,
  all: readonly KubeObject[],
  ofOperator: readonly KubeObject[],
): CliError {
  if (ofOperator.length === 0) {
    const near = didYouMean(name, new Set(all.map(operatorOf)));
    return new CliError(`namespace ${namespace} has no OperatorVersion of ${name}${near}`, {
      hint: "`lockstep get all` shows what is installed; without --in-cluster the package is looked up elsewhere",
    });
  }
  const there = ofOperator.map((item) => versionText(versionsOf(item)));
  return new CliError(`namespace ${namespace} has no ${name} of that version; it has ${there.join(", ")}`);
}
