import { IndexStore } from "../../apply/indexStore.ts";
import type { ClusterClient } from "../../cluster/clusterClient.ts";
import { redactObject } from "../../drift/redact.ts";
import { parseEvent } from "../../health/kubeEvent.ts";
import { annotationsOf, type KubeObject, labelsOf } from "../../object/kubeObject.ts";
import { formatRef, type ObjectRef, refKey, refOf } from "../../object/objectRef.ts";
import {
  ANNOTATION_OWNER,
  LABEL_INSTANCE,
  LABEL_OPERATOR,
  LABEL_STATE,
  ownerMark,
} from "../../object/ownership.ts";
import { fromOperatorVersion } from "../../package/operatorVersion.ts";
import { type InstanceView, viewInstance } from "../../reconcile/instanceView.ts";
import { KUDO_API_VERSION } from "../../sync/crds.ts";
import { CliError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { collectPods, type LogWish } from "./collectPods.ts";
import type { DiagnosticsFolder } from "./diagnosticsFolder.ts";
import { appliedSetDocument, instanceReport } from "./instanceReport.ts";
import { listDocument } from "./listDocument.ts";

/** What a collection works with. */
export interface Collection {
  readonly client: ClusterClient;
  readonly folder: DiagnosticsFolder;
  readonly io: CliIo;
  readonly logs: LogWish;
}

/** Kinds that are listed by label, into `<kind>list.yaml` each. */
const LISTED: readonly (readonly [apiVersion: string, kind: string])[] = [
  ["v1", "Service"],
  ["apps/v1", "Deployment"],
  ["apps/v1", "StatefulSet"],
  ["apps/v1", "ReplicaSet"],
  ["apps/v1", "DaemonSet"],
  ["batch/v1", "Job"],
  ["batch/v1", "CronJob"],
  ["v1", "ConfigMap"],
  ["v1", "Secret"],
  ["v1", "PersistentVolumeClaim"],
  ["policy/v1", "PodDisruptionBudget"],
  ["networking.k8s.io/v1", "Ingress"],
  ["v1", "ServiceAccount"],
  ["rbac.authorization.k8s.io/v1", "RoleBinding"],
  ["rbac.authorization.k8s.io/v1", "Role"],
  ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding"],
  ["rbac.authorization.k8s.io/v1", "ClusterRole"],
];

/**
 * Writes what there is of an instance, and below it its children (package-format 9.7).
 *
 * @param prefix  empty, or with a slash at the end
 * @param above   uids of the instances that lead here
 */
export async function collectInstance(
  collection: Collection,
  instance: KubeObject,
  prefix: string,
  above: readonly string[] = [],
): Promise<void> {
  const view = viewInstance(instance);
  const version = await readVersion(collection, view);
  const operator = version?.operator ?? labelsOf(instance)[LABEL_OPERATOR] ?? "unknown";
  const own = `${prefix}operator_${operator}/`;
  await writeOperator(collection, view, { operator, own, version: version?.object });
  const home = `${own}instance_${view.name}/`;
  await collection.folder.yaml(`${home}${view.name}.yaml`, async () => instance);
  await collectObjects(collection, { instance, view, home, pkg: version?.pkg });
  for (const child of await childrenOf(collection, view, home)) {
    const { uid = "" } = child.metadata;
    if (![...above, view.uid].includes(uid))
      await collectInstance(collection, child, own, [...above, view.uid]);
  }
}

type Version = { readonly object: KubeObject; readonly operator: string | undefined; readonly pkg: Package };
type Package = Parameters<typeof instanceReport>[0]["pkg"];

async function readVersion({ client, logs }: Collection, view: InstanceView): Promise<Version | undefined> {
  try {
    const object = await client.get(versionRef(view), { signal: logs.signal });
    if (!object) return undefined;
    const read = fromOperatorVersion(object);
    const pkg = "pkg" in read ? read.pkg : undefined;
    return { object, pkg, operator: pkg?.name };
  } catch {
    logs.signal.throwIfAborted();
    return undefined; // told where it is written
  }
}

function versionRef({ namespace, operatorVersion }: InstanceView): ObjectRef {
  const own = operatorVersion.namespace ?? namespace;
  return {
    apiVersion: KUDO_API_VERSION,
    kind: "OperatorVersion",
    namespace: own,
    name: operatorVersion.name,
  };
}

async function writeOperator(
  { client, folder, logs: { signal } }: Collection,
  view: InstanceView,
  {
    operator,
    own,
    version,
  }: { readonly operator: string; readonly own: string; readonly version: KubeObject | undefined },
): Promise<void> {
  const ref = versionRef(view);
  await folder.yaml(`${own}${operator}.yaml`, () =>
    present(client, { ...ref, kind: "Operator", name: operator }, signal),
  );
  await folder.yaml(
    `${own}operatorversion_${ref.name}/${ref.name}.yaml`,
    async () => version ?? (await present(client, ref, signal)),
  );
}

async function present(client: ClusterClient, ref: ObjectRef, signal: AbortSignal): Promise<KubeObject> {
  const object = await client.get(ref, { signal });
  if (object) return object;
  throw new CliError(`${formatRef(ref)} does not exist`);
}

interface Subject {
  readonly instance: KubeObject;
  readonly view: InstanceView;
  readonly home: string;
  readonly pkg: Package;
}

async function collectObjects(collection: Collection, subject: Subject): Promise<void> {
  const { client, folder, io, logs } = collection;
  const { view, home } = subject;
  const path = `${home}podlist.yaml`;
  const pods = (await folder.read(path, () => listOwned(collection, subject, ["v1", "Pod"]))) ?? [];
  await collectPods(client, folder, home, pods, logs);
  const listed = [...pods];
  for (const type of LISTED) {
    await folder.yaml(`${home}${type[1].toLowerCase()}list.yaml`, async () => {
      const items = await listOwned(collection, subject, type);
      listed.push(...items);
      return listDocument(type, items);
    });
  }
  const store = new IndexStore(client);
  let index: Awaited<ReturnType<IndexStore["load"]>>;
  await folder.yaml(`${home}appliedset.yaml`, async () => {
    index = await store.load(view, logs.signal);
    return index?.instance.uid === view.uid ? appliedSetDocument(index) : undefined;
  });
  const others = await collectOthers(collection, home, index?.entries.map(({ ref }) => ref) ?? [], listed);
  const objects = [...listed, ...others];
  await collectEvents(collection, subject, [subject.instance, ...objects]);
  await folder.text(`${home}status.txt`, async () =>
    instanceReport({ view, pkg: subject.pkg, index, objects, now: Date.now() }, io),
  );
}

/** Objects of a kind with the labels of the instance; those of a namesake elsewhere are left out. */
async function listOwned(
  { client, logs: { signal } }: Collection,
  { view }: Subject,
  [apiVersion, kind]: readonly [string, string],
): Promise<readonly KubeObject[]> {
  const resource = await client.resource(apiVersion, kind, { signal });
  if (!resource) return [];
  const { items } = await client.list(
    { apiVersion, kind },
    {
      labelSelector: `${LABEL_INSTANCE}=${view.name}`,
      ...(resource.namespaced && { namespace: view.namespace }),
      signal,
    },
  );
  return items
    .filter((object) => !(LABEL_STATE in labelsOf(object)) && isOwn(object, view))
    .map((object) => redactObject(object));
}

/** False for what says that it is somebody else's; what KUDO made says nothing. */
function isOwn(object: KubeObject, view: InstanceView): boolean {
  const marks = Object.entries(annotationsOf(object))
    .filter(([key]) => key === ANNOTATION_OWNER || key.startsWith(`${ANNOTATION_OWNER}.`))
    .map(([, mark]) => mark);
  return marks.length === 0 || marks.includes(ownerMark(view));
}

/** What the applied set names and no list has: custom resources, and what lost its labels. */
async function collectOthers(
  { client, folder, logs: { signal } }: Collection,
  home: string,
  refs: readonly ObjectRef[],
  listed: readonly KubeObject[],
): Promise<readonly KubeObject[]> {
  const known = new Set(listed.map((object) => refKey(refOf(object))));
  const found: KubeObject[] = [];
  for (const ref of refs.filter((candidate) => !known.has(refKey(candidate)))) {
    const name = `${ref.kind.toLowerCase()}_${ref.name.replaceAll(/[^\w.-]/g, "_")}`;
    const object = await folder.yaml(`${home}objects/${name}.yaml`, async () => {
      const live = await client.get(ref, { signal });
      return live && redactObject(live);
    });
    if (object) found.push(object);
  }
  return found;
}

/** Events of the instance and its objects, oldest first. */
async function collectEvents(
  { client, folder, logs: { signal } }: Collection,
  { view, home }: Subject,
  objects: readonly KubeObject[],
): Promise<void> {
  const uids = new Set(objects.map(({ metadata }) => metadata.uid));
  const names = new Set(objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`));
  await folder.yaml(`${home}eventlist.yaml`, async () => {
    const type = { apiVersion: "v1", kind: "Event" };
    const { items } = await client.list(type, { namespace: view.namespace, signal });
    const own = items
      .map((object) => ({ object, event: parseEvent(object) }))
      .filter(({ event }) => uids.has(event.uid) || names.has(`${event.kind}/${event.name}`))
      .sort((a, b) => a.event.at - b.event.at);
    return listDocument(
      ["v1", "Event"],
      own.map(({ object }) => withoutManagers(object)),
    );
  });
}

/** Nobody but its maker writes an Event. */
function withoutManagers(event: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = event.metadata;
  return { ...event, metadata };
}

/** Instances that KudoOperator tasks of this one made. */
async function childrenOf(
  { client, folder, logs: { signal } }: Collection,
  view: InstanceView,
  home: string,
): Promise<readonly KubeObject[]> {
  const read = async (): Promise<readonly KubeObject[]> => {
    const type = { apiVersion: KUDO_API_VERSION, kind: "Instance" };
    const { items } = await client.list(type, { namespace: view.namespace, signal });
    return items.filter((item) => viewInstance(item).parent?.uid === view.uid);
  };
  return (await folder.read(`${home}children.yaml`, read)) ?? [];
}
