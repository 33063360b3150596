import type { ClusterClient } from "../../cluster/clusterClient.ts";
import { ClusterError } from "../../cluster/clusterError.ts";
import { asList, asObject, asString, type JsonObject, valueAt } from "../../object/json.ts";
import { annotationsOf, type KubeObject } from "../../object/kubeObject.ts";
import { formatRef, refOf } from "../../object/objectRef.ts";
import { ANNOTATION_SOURCE, LABEL_STATE, MANAGER_SYNC } from "../../object/ownership.ts";
import { recordName } from "../../sync/sourceRecord.ts";
import { CliError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";

/** What Git says of a custom resource. */
export interface GitOwner {
  /** Name of the source, as `lockstep status` shows it. */
  readonly source: string;
  /** Whether the file has the field, `["spec", "parameters", "NODES"]`. */
  readonly declares: (path: readonly string[]) => boolean;
}

/** Who keeps a custom resource in step with Git; `undefined` for one that others made. */
export function gitOwnerOf(object: KubeObject): GitOwner | undefined {
  const source = annotationsOf(object)[ANNOTATION_SOURCE];
  if (source === undefined) return undefined;
  const entry = asList(object.metadata.managedFields)
    .map(asObject)
    .find(({ manager, subresource }) => manager === MANAGER_SYNC && !subresource);
  const declared = asObject(entry?.fieldsV1);
  return { source, declares: (path) => holds(declared, path) };
}

/** A field is declared with its members, or as a whole. */
function holds(fields: JsonObject, [key, ...below]: readonly string[]): boolean {
  if (key === undefined) return true;
  const member = fields[`f:${key}`];
  return (
    member !== undefined && (Object.keys(asObject(member)).length === 0 || holds(asObject(member), below))
  );
}

/** What a command is about to do to a custom resource. */
export interface GuardedWrite {
  readonly object: KubeObject;
  /** What Git does about it, as the end of "Git …". */
  readonly consequence: string;
  /** What to do instead, as a sentence about the file. */
  readonly instead: string;
  readonly force: boolean;
}

/**
 * Keeps a person from changing what Git puts back at once. With `--force` it only warns: the service may be stopped, or
 * the source out of reach.
 *
 * @throws CliError without `--force`
 */
export async function guardGit(
  client: ClusterClient,
  { source }: GitOwner,
  { object, consequence, instead, force }: GuardedWrite,
  io: CliIo,
): Promise<void> {
  const where = await placeOf(client, source, io.signal);
  const message = `${formatRef(refOf(object))} comes from Git, source ${source}${where}: ${consequence}`;
  if (!force)
    throw new CliError(message, { hint: `${instead} in that repository; --force does it all the same` });
  io.err(`warning: ${message}\n`);
}

/** Address, ref and folder of a source, where it may be read; for people. */
async function placeOf(client: ClusterClient, source: string, signal: AbortSignal): Promise<string> {
  try {
    const { items } = await client.list(
      { apiVersion: "v1", kind: "ConfigMap" },
      {
        labelSelector: `${LABEL_STATE}=source`,
        fieldSelector: `metadata.name=${recordName(source)}`,
        signal,
      },
    );
    const record = asObject(JSON.parse(asString(valueAt(items[0], "data", "record")) ?? "{}"));
    const [url, ref, path] = [record.url, record.ref, record.path].map((text) => asString(text) ?? "");
    if (!url) return "";
    const parts = [url, ref && `ref ${ref}`, path && path !== "." && `folder ${path}`].filter(Boolean);
    return ` (${parts.join(", ")})`;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ClusterError || error instanceof SyntaxError) return ""; // its name says enough
    throw error;
  }
}
