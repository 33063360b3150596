import { rfc3339 } from "../base/clock.ts";
import { mapConcurrently } from "../base/concurrency.ts";
import { ClusterError } from "../cluster/clusterError.ts";
import { valueAt } from "../object/json.ts";
import { compareForApply } from "../object/kindOrder.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { formatRef, type ObjectRef, parseApiVersion, refKey, refOf } from "../object/objectRef.ts";
import type { ApplyContext } from "./applyContext.ts";
import { ApplyError } from "./applyError.ts";
import type { ApplyNote } from "./applyNote.ts";
import type { DesiredObject } from "./desiredObject.ts";
import { contentDigest } from "./marks.ts";
import { failureOf, type ObjectFailure } from "./objectFailure.ts";
import type { PreparedObject } from "./plannedWrite.ts";
import { prepareObject } from "./prepareObject.ts";
import { textKeysOf } from "./secretTexts.ts";

/** The objects of a step in the order of writing, ready to be compared, and what is wrong with the others. */
export interface PreparedObjects {
  readonly objects: readonly PreparedObject[];
  readonly failures: readonly ObjectFailure[];
  readonly notes: readonly ApplyNote[];
}

/** Prepares all objects of a step. Asks the server for kinds only, which discovery remembers. */
export async function prepareObjects(
  context: ApplyContext,
  desired: readonly DesiredObject[],
): Promise<PreparedObjects> {
  const { unique, notes } = inOrder(desired);
  const scopes = kindsBrought(desired.map(({ object }) => object));
  const failures: ObjectFailure[] = [];
  const prepared = await mapConcurrently(unique, context.concurrency ?? 4, async (item) => {
    try {
      return [await prepare(context, item, scopes)];
    } catch (error) {
      const ref = refOf(item.object);
      const kindIsNew = context.recentCrds.covers(ref);
      failures.push(
        failureOf(error, { ref, kindIsNew, ...(item.file !== undefined && { file: item.file }) }),
      );
      return [];
    }
  });
  const objects = prepared.flat();
  const warnings = objects.flatMap(({ ref, file, warnings: found }) =>
    found.map((text): ApplyNote => {
      const message = file === undefined ? text : `${file}: ${text}`;
      return { kind: "warning", ref, message };
    }),
  );
  return { objects, failures, notes: [...notes, ...warnings] };
}

/** `group/kind` of the CustomResourceDefinitions among the objects, and whether that kind is namespaced. */
export function kindsBrought(objects: readonly KubeObject[]): ReadonlyMap<string, boolean> {
  return new Map(
    objects
      .filter(({ kind }) => kind === "CustomResourceDefinition")
      .map(({ spec }) => [
        `${valueAt(spec, "group")}/${valueAt(spec, "names", "kind")}`,
        valueAt(spec, "scope") === "Namespaced",
      ]),
  );
}

/** Key of a kind in {@link kindsBrought}, whatever its version. */
export function groupKind({ apiVersion, kind }: Pick<ObjectRef, "apiVersion" | "kind">): string {
  return `${parseApiVersion(apiVersion).group}/${kind}`;
}

/** The error for a kind that discovery does not have, after one refresh. */
export function unknownKind(ref: ObjectRef): ClusterError {
  return new ClusterError(`the server does not serve kind ${ref.kind} of ${ref.apiVersion}`, {
    reason: "unknownKind",
    verb: "apply",
    subject: formatRef(ref),
    hint: "apply its CustomResourceDefinition first, or correct apiVersion and kind",
  });
}

async function prepare(
  context: ApplyContext,
  { object, origin, file, warnings = [] }: DesiredObject,
  scopes: ReadonlyMap<string, boolean>,
): Promise<PreparedObject> {
  const { client, schemas, signal } = context;
  const resource = await client.resource(object.apiVersion, object.kind, { signal });
  const namespaced = resource?.namespaced ?? scopes.get(groupKind(object));
  if (namespaced === undefined) throw unknownKind(refOf(object));
  const bare = prepareObject(object, { ...context, namespaced });
  // A definition that is new or changes is described later than it is served.
  const isSettled = resource && !scopes.has(groupKind(object)) && !context.recentCrds.covers(object);
  const shaped = isSettled && schemas ? await schemas.shape(bare, signal) : undefined;
  if (shaped && shaped.errors.length > 0)
    throw new ApplyError("wrongType", refOf(bare), shaped.errors.join(", "));
  const full = shaped?.object ?? bare;
  const textKeys = textKeysOf(object);
  return {
    ref: refOf(full),
    object: full,
    full,
    origin,
    digest: contentDigest(full),
    namespaced,
    ...(textKeys && { textKeys }),
    plannedAt: rfc3339(context.clock.now()),
    warnings: [...warnings, ...(shaped?.warnings ?? [])],
    ...(file !== undefined && { file }),
  };
}

/** Objects sorted by kind inside each task; of two with one identity the last stays. */
function inOrder(desired: readonly DesiredObject[]): {
  readonly unique: readonly DesiredObject[];
  readonly notes: readonly ApplyNote[];
} {
  const ordered: DesiredObject[] = [];
  for (let start = 0; start < desired.length; ) {
    const task = desired[start]?.origin.task;
    const next = desired.findIndex((item, at) => at > start && item.origin.task !== task);
    const end = next < 0 ? desired.length : next;
    const ofTask = desired.slice(start, end);
    ordered.push(...ofTask.sort((a, b) => compareForApply(refOf(a.object), refOf(b.object))));
    start = end;
  }
  const last = new Map(ordered.map((item) => [refKey(refOf(item.object)), item]));
  const isLast = (item: DesiredObject): boolean => last.get(refKey(refOf(item.object))) === item;
  const message = "is rendered twice in this step, the last one counts";
  return {
    unique: ordered.filter(isLast),
    notes: ordered
      .filter((item) => !isLast(item))
      .map(({ object }) => ({ kind: "warning", ref: refOf(object), message })),
  };
}
