import { hasErrors } from "../../base/issue.ts";
import type { ClusterClient } from "../../cluster/clusterClient.ts";
import { isClusterError } from "../../cluster/clusterError.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { OperatorPackage } from "../../package/operatorPackage.ts";
import type { InstanceParameters } from "../../package/parameterValues.ts";
import { compilePackage, unmarshalError, withLocation } from "../../render/compiledPackage.ts";
import { RecordedRandom } from "../../render/recordedRandom.ts";
import { goValueOf } from "../../template/goValue.ts";
import { parseObjects } from "../../yaml/parseObjects.ts";
import { CliError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { chanceOf } from "../seedOption.ts";
import { lineOf } from "./publishPackage.ts";
import { CLIENT_MANAGER } from "./readInstance.ts";

/** What a namespace manifest may see of the instance to come. */
export interface NamespaceInput {
  readonly instance: { readonly namespace: string; readonly name: string };
  /** As given with `-p` and `-P`, as texts: the package's defaults are not among them (package-format 5.1). */
  readonly parameters: InstanceParameters;
}

const KUDO_CREATED_BY = { "created-by": "kudo-cli" };

/**
 * The Namespace that `--create-namespace` makes: the package's manifest rendered, or an empty one. Its name is always
 * that of the instance's namespace.
 *
 * @throws RenderError, CliError when the manifest is not exactly one Namespace
 */
export function namespaceOf(pkg: OperatorPackage, { instance, parameters }: NamespaceInput): KubeObject {
  const rendered = pkg.namespaceManifest
    ? renderManifest(pkg, pkg.namespaceManifest, instance, parameters)
    : {};
  const { metadata, ...rest } = rendered as Partial<KubeObject>;
  const annotations = { ...metadata?.annotations, ...KUDO_CREATED_BY };
  return {
    ...rest,
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { ...metadata, name: instance.namespace, annotations },
  };
}

function renderManifest(
  pkg: OperatorPackage,
  key: string,
  instance: NamespaceInput["instance"],
  parameters: InstanceParameters,
): KubeObject {
  const template = compilePackage(pkg).template(key);
  const { now, random } = chanceOf({});
  const data = {
    Name: instance.name,
    Namespace: instance.namespace,
    OperatorName: pkg.name,
    OperatorVersion: pkg.operatorVersion,
    AppVersion: pkg.appVersion ?? "",
    Params: parameters,
  };
  const options = { now, random: new RecordedRandom(random).source(key) };
  const text = withLocation(pkg, () => template.execute(goValueOf(data), options), parameters);
  const { objects, issues } = parseObjects(text, `templates/${key}`);
  if (hasErrors(issues)) throw unmarshalError(pkg, key, issues);
  const [only, ...others] = objects.map(({ object }) => object);
  if (only?.kind === "Namespace" && others.length === 0) return only;
  throw new CliError(`${pkg.name}: the namespaceManifest templates/${key} is not exactly one Namespace`);
}

/** Creates the namespace. @throws CliError when it exists */
export async function createNamespace(
  client: ClusterClient,
  namespace: KubeObject,
  io: CliIo,
): Promise<void> {
  await client.create(namespace, { fieldManager: CLIENT_MANAGER, signal: io.signal });
  io.out(`${lineOf(namespace)} created\n`);
}

/**
 * Looks whether the namespace is as the command needs it, before anything is written.
 *
 * @throws CliError
 */
export async function checkNamespace(
  client: ClusterClient,
  name: string,
  create: boolean,
  signal: AbortSignal,
): Promise<void> {
  let live: KubeObject | undefined;
  try {
    live = await client.get({ apiVersion: "v1", kind: "Namespace", name }, { signal });
  } catch (error) {
    if (isClusterError(error, "forbidden")) return; // whoever works in one namespace may not read it; the writes tell
    throw error;
  }
  if (live?.metadata.deletionTimestamp !== undefined)
    throw new CliError(`namespace ${name} is being deleted`);
  if (live && create) {
    throw new CliError(`namespace ${name} is there already`, { hint: "leave --create-namespace out" });
  }
  if (!live && !create) {
    throw new CliError(`there is no namespace ${name}`, {
      hint: "--create-namespace makes it, another one is named with -n",
    });
  }
}
