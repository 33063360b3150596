import type { ClusterClient } from "../../cluster/clusterClient.ts";
import { canonicalJson, type JsonValue, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { formatRef, refOf } from "../../object/objectRef.ts";
import type { OperatorPackage } from "../../package/operatorPackage.ts";
import {
  fromOperatorVersion,
  packageDigest,
  toOperator,
  toOperatorVersion,
} from "../../package/operatorVersion.ts";
import type { PackageSet } from "../../repository/resolveDependencies.ts";
import { KUDO_API_VERSION } from "../../sync/crds.ts";
import { CliError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { gitOwnerOf } from "./gitGuard.ts";
import { CLIENT_MANAGER } from "./readInstance.ts";

/** What has to be written so that the cluster has a package. */
export interface Publication {
  readonly object: KubeObject;
  readonly action: "create" | "replace" | "none";
}

/**
 * Compares a package and its dependencies with the cluster and answers what to write, in order: the Operator, the
 * dependencies, the OperatorVersion (package-format 9.4). Nothing is written.
 *
 * Unlike KUDO each OperatorVersion counts by itself, name and content: another app version is created beside what is
 * there, and another content under the same name is refused.
 *
 * @param overwrite  put the package in the place of an OperatorVersion with another content
 * @throws CliError when an OperatorVersion has another content and may not be overwritten
 */
export async function planPublication(
  client: ClusterClient,
  { pkg, dependencies }: PackageSet,
  options: { readonly namespace: string; readonly overwrite: boolean; readonly signal: AbortSignal },
): Promise<readonly Publication[]> {
  const { namespace } = options;
  const objects = [
    toOperator(pkg, namespace),
    ...dependencies.flatMap((each) => [toOperator(each, namespace), toOperatorVersion(each, namespace)]),
    toOperatorVersion(pkg, namespace),
  ];
  const packages = new Map([...dependencies, pkg].map((each) => [nameOf(toOperatorVersion(each, "")), each]));
  const planned: Publication[] = [];
  for (const object of withoutRepeats(objects)) {
    const live = await client.get(refOf(object), { signal: options.signal });
    const wanted = object.kind === "OperatorVersion" ? packages.get(nameOf(object)) : undefined;
    if (!live) planned.push({ object, action: "create" });
    else if (!wanted) planned.push({ object, action: "none" });
    else planned.push(compare(object, wanted, live, options.overwrite));
  }
  return planned;
}

function compare(
  object: KubeObject,
  wanted: OperatorPackage,
  live: KubeObject,
  overwrite: boolean,
): Publication {
  const read = fromOperatorVersion(live);
  const present = "pkg" in read ? read.pkg : undefined;
  if (present && isSamePackage(present, wanted)) return { object, action: "none" };
  const subject = formatRef(refOf(object));
  const what = present ? changedParts(present, wanted).join(", ") : "it cannot be read";
  const message = `${subject} is there with another content (${what})`;
  const git = gitOwnerOf(live);
  if (git) {
    throw new CliError(`${message}, and comes from Git, source ${git.source}`, {
      hint: "change the package there, or raise its operatorVersion",
    });
  }
  if (!overwrite) {
    throw new CliError(message, {
      hint: "raise operatorVersion in operator.yaml, or put this package in its place with --overwrite: every instance that uses it then runs its upgrade plan",
    });
  }
  // The uid and the version read make sure that nobody else's change is lost.
  return { object: { ...object, metadata: live.metadata }, action: "replace" };
}

/** KUDO's client writes a default of a million as `1e+06`, where ours writes the digits: that is no other package. */
function isSamePackage(present: OperatorPackage, wanted: OperatorPackage): boolean {
  if (present.digest === wanted.digest) return true;
  const parameters = present.parameters.map((parameter) => ({
    ...parameter,
    ...(parameter.default !== undefined && { default: withoutExponent(parameter.default) }),
    ...(parameter.enum && { enum: parameter.enum.map(withoutExponent) }),
  }));
  return packageDigest({ ...present, parameters }) === wanted.digest;
}

function withoutExponent(text: string): string {
  const value = /^-?\d(\.\d+)?e\+\d\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isInteger(value) ? BigInt(value).toString() : text;
}

/** In what a package differs from the one in the cluster, in words. */
function changedParts(before: OperatorPackage, after: OperatorPackage): readonly string[] {
  const keys = [...new Set([...before.templates.keys(), ...after.templates.keys()])].sort();
  const templates = keys.filter((key) => before.templates.get(key) !== after.templates.get(key));
  const differs = (a: unknown, b: unknown): boolean =>
    canonicalJson(a as JsonValue) !== canonicalJson(b as JsonValue);
  return [
    ...(differs(before.parameters.map(stored), after.parameters.map(stored)) ? ["parameters"] : []),
    ...(differs(before.tasks, after.tasks) ? ["tasks"] : []),
    ...(differs([...before.plans.values()], [...after.plans.values()]) ? ["plans"] : []),
    ...templates.map((key) => `templates/${key}`),
  ];
}

/** What the OperatorVersion holds of a parameter. */
function stored({ group: _, advanced: __, hint: ___, ...parameter }: OperatorPackage["parameters"][number]) {
  return parameter;
}

/** Writes what was planned, and says so line by line. @throws ClusterError */
export async function publish(
  client: ClusterClient,
  publications: readonly Publication[],
  io: CliIo,
): Promise<void> {
  const options = { fieldManager: CLIENT_MANAGER, signal: io.signal };
  for (const { object, action } of publications) {
    const subject = lineOf(object);
    if (action === "none") {
      if (object.kind === "OperatorVersion") io.out(`${subject} already installed\n`);
    } else if (action === "create") {
      await client.create(object, options);
      io.out(`${subject} created\n`);
    } else {
      await warnUsers(client, object, io);
      await client.update(object, options);
      io.out(`${subject} replaced\n`);
    }
  }
}

/** `operatorversion prod/web-1.0.0`, as KUDO's client names what it does. */
export function lineOf({ kind, metadata }: KubeObject): string {
  const name = metadata.name ?? "";
  return `${kind.toLowerCase()} ${metadata.namespace ? `${metadata.namespace}/${name}` : name}`;
}

async function warnUsers(client: ClusterClient, version: KubeObject, io: CliIo): Promise<void> {
  const { items } = await client.list(
    { apiVersion: KUDO_API_VERSION, kind: "Instance" },
    { namespace: version.metadata.namespace ?? "", signal: io.signal },
  );
  const users = items.filter((item) => valueAt(item, "spec", "operatorVersion", "name") === nameOf(version));
  if (users.length === 0) return;
  io.err(`warning: ${users.map(nameOf).join(", ")} will run the plan for another version\n`);
}

function nameOf({ metadata }: KubeObject): string {
  return metadata.name ?? "";
}

/** A dependency may be of the same operator as another one, in another version. */
function withoutRepeats(objects: readonly KubeObject[]): readonly KubeObject[] {
  const seen = new Map(objects.map((object) => [formatRef(refOf(object)), object] as const).reverse());
  return objects.filter((object) => seen.get(formatRef(refOf(object))) === object);
}
