import { didYouMean } from "../../base/nearest.ts";
import type { ClusterClient } from "../../cluster/clusterClient.ts";
import { asString, type JsonValue, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { KUDO_API_VERSION } from "../../sync/crds.ts";
import { stringifyYaml } from "../../yaml/stringifyYaml.ts";
import { usageError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { type ClusterOptions, withClient, withCluster } from "../connectCluster.ts";
import { withOutput } from "../instanceArgument.ts";
import { type OutputFormat, parseFormat, print } from "../output.ts";
import type { Register } from "../program.ts";
import { type TextNode, textTree } from "../textTree.ts";

const KINDS = { operators: "Operator", operatorversions: "OperatorVersion", instances: "Instance" } as const;

type Listed = keyof typeof KINDS;

interface GetOptions extends ClusterOptions {
  readonly output: string;
}

/** The three kinds of a namespace. */
export type Installed = Readonly<Record<Listed, readonly KubeObject[]>>;

/** `lockstep get instances|operators|operatorversions|all`: what is installed in a namespace, as kubectl kudo. */
export const registerGet: Register = (program, io) => {
  withCluster(
    withOutput(
      program
        .command("get")
        .description("list what is installed in a namespace, straight from the cluster")
        .argument("<what>", "instances, operators, operatorversions or all"),
    ),
  ).action((what: string, options: GetOptions) => get(what, options, io));
};

async function get(what: string, options: GetOptions, io: CliIo): Promise<void> {
  const format = parseFormat(options.output);
  const names = Object.keys(KINDS) as Listed[];
  const listed = what === "all" ? names : names.filter((name) => name === what);
  if (listed.length === 0) {
    const known = [...names, "all"];
    throw usageError(
      `there is no "${what}" to get${didYouMean(what, known)}`,
      `there is ${known.join(", ")}`,
    );
  }
  await withClient(options, io, async (client, namespace) => {
    const lists = await Promise.all(listed.map((name) => list(client, KINDS[name], namespace, io.signal)));
    const found = Object.fromEntries(names.map((name) => [name, lists[listed.indexOf(name)] ?? []]));
    const installed = found as unknown as Installed;
    if (format !== "text") printObjects(io, format, lists.flat());
    else io.out(what === "all" ? allTree(installed, namespace) : flatTree(what, lists.flat(), namespace));
  });
}

async function list(
  client: ClusterClient,
  kind: string,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  const { items } = await client.list({ apiVersion: KUDO_API_VERSION, kind }, { namespace, signal });
  return [...items].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** One array; in YAML a stream of documents, which kubectl reads, too. Who wrote which field is left out. */
function printObjects(io: CliIo, format: OutputFormat, listed: readonly KubeObject[]): void {
  const objects = listed.map((object) => {
    const { managedFields: _, ...metadata } = object.metadata;
    return { ...object, metadata };
  });
  if (format === "json") print(io, format, objects as JsonValue[], () => "");
  else io.out(`${objects.map((object) => `---\n${stringifyYaml(object)}`).join("")}...\n`);
}

/** The names of one kind. */
function flatTree(what: string, objects: readonly KubeObject[], namespace: string): string {
  const children = objects.map((object) => leaf(nameOf(object)));
  return `List of current installed ${what} in namespace "${namespace}":\n${textTree({ text: ".", children })}`;
}

/**
 * Operators with their versions, and these with their instances (package-format 9.5). What hangs in the air, an instance
 * of a version that is not there for example, comes last with what it misses.
 */
function allTree({ operators, operatorversions, instances }: Installed, namespace: string): string {
  const versionNodes = (operator: string): readonly TextNode[] =>
    operatorversions
      .filter((version) => operatorOf(version) === operator)
      .map((version) => ({ text: nameOf(version), children: instancesOf(instances, nameOf(version)) }));
  const missingOperators = missing(operatorversions.map(operatorOf), operators);
  const missingVersions = missing(instances.map(versionOf), operatorversions);
  const children: readonly TextNode[] = [
    ...operators.map((operator) => ({ text: nameOf(operator), children: versionNodes(nameOf(operator)) })),
    ...missingOperators.map((name) => ({ text: `${name} (no such Operator)`, children: versionNodes(name) })),
    ...missingVersions.map((name) => ({
      text: `${name} (no such OperatorVersion here)`,
      children: instancesOf(instances, name),
    })),
  ];
  const heading = `List of current installed operators including versions and instances in namespace "${namespace}":`;
  return `${heading}\n${textTree({ text: ".", children })}`;
}

function instancesOf(instances: readonly KubeObject[], version: string): readonly TextNode[] {
  return instances
    .filter((instance) => versionOf(instance) === version)
    .map((instance) => leaf(nameOf(instance)));
}

function missing(names: readonly string[], there: readonly KubeObject[]): readonly string[] {
  const known = new Set(there.map(nameOf));
  return [...new Set(names)].filter((name) => !known.has(name)).sort();
}

function leaf(text: string): TextNode {
  return { text, children: [] };
}

function nameOf({ metadata }: KubeObject): string {
  return metadata.name ?? "";
}

function operatorOf(version: KubeObject): string {
  return asString(valueAt(version, "spec", "operator", "name")) ?? "";
}

function versionOf(instance: KubeObject): string {
  return asString(valueAt(instance, "spec", "operatorVersion", "name")) ?? "";
}
