import { asList, asObject, asString, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { formatSelector } from "../store/labelSelector.ts";
import {
  age,
  containersOf,
  count,
  humanDuration,
  integer,
  NAME,
  orNone,
  since,
  type TableSpec,
  text,
} from "./tableSpec.ts";

const TEMPLATE = ["spec", "template", "spec"] as const;
const WIDE = [text("Containers", 1), text("Images", 1)];

const replicaSets: TableSpec = {
  columns: [
    NAME,
    integer("Desired"),
    integer("Current"),
    integer("Ready"),
    text("Age"),
    ...WIDE,
    text("Selector", 1),
  ],
  cells: (object, now) => [
    object.metadata.name ?? "",
    count(object, "spec", "replicas"),
    count(object, "status", "replicas"),
    count(object, "status", "readyReplicas"),
    age(object, now),
    ...containersOf(object, ...TEMPLATE),
    selector(object),
  ],
};

/** Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs, CronJobs and their relatives. */
export const workloadTables: Readonly<Record<string, TableSpec>> = {
  "apps/deployments": {
    columns: [
      NAME,
      text("Ready"),
      text("Up-to-date"),
      text("Available"),
      text("Age"),
      ...WIDE,
      text("Selector", 1),
    ],
    cells: (object, now) => [
      object.metadata.name ?? "",
      `${count(object, "status", "readyReplicas")}/${count(object, "spec", "replicas")}`,
      count(object, "status", "updatedReplicas"),
      count(object, "status", "availableReplicas"),
      age(object, now),
      ...containersOf(object, ...TEMPLATE),
      selector(object),
    ],
  },
  "apps/replicasets": replicaSets,
  "/replicationcontrollers": replicaSets,
  "apps/statefulsets": {
    columns: [NAME, text("Ready"), text("Age"), ...WIDE],
    cells: (object, now) => [
      object.metadata.name ?? "",
      `${count(object, "status", "readyReplicas")}/${count(object, "spec", "replicas")}`,
      age(object, now),
      ...containersOf(object, ...TEMPLATE),
    ],
  },
  "apps/daemonsets": {
    columns: [
      NAME,
      integer("Desired"),
      integer("Current"),
      integer("Ready"),
      integer("Up-to-date"),
      integer("Available"),
      text("Node Selector"),
      text("Age"),
      ...WIDE,
      text("Selector", 1),
    ],
    cells: (object, now) => [
      object.metadata.name ?? "",
      count(object, "status", "desiredNumberScheduled"),
      count(object, "status", "currentNumberScheduled"),
      count(object, "status", "numberReady"),
      count(object, "status", "updatedNumberScheduled"),
      count(object, "status", "numberAvailable"),
      pairs(valueAt(object, ...TEMPLATE, "nodeSelector")),
      age(object, now),
      ...containersOf(object, ...TEMPLATE),
      selector(object),
    ],
  },
  "apps/controllerrevisions": {
    columns: [NAME, text("Controller"), text("Revision"), text("Age")],
    cells: (object, now) => [
      object.metadata.name ?? "",
      controllerText(object),
      count(object, "revision"),
      age(object, now),
    ],
  },
  "batch/jobs": {
    columns: [
      NAME,
      text("Status"),
      text("Completions"),
      text("Duration"),
      text("Age"),
      ...WIDE,
      text("Selector", 1),
    ],
    cells: (object, now) => [
      object.metadata.name ?? "",
      jobStatus(object),
      completions(object),
      jobDuration(object, now),
      age(object, now),
      ...containersOf(object, ...TEMPLATE),
      selector(object),
    ],
  },
  "batch/cronjobs": {
    columns: [
      NAME,
      text("Schedule"),
      text("Timezone"),
      { name: "Suspend", type: "boolean" },
      integer("Active"),
      text("Last Schedule"),
      text("Age"),
      ...WIDE,
      text("Selector", 1),
    ],
    cells: (object, now) => [
      object.metadata.name ?? "",
      asString(valueAt(object, "spec", "schedule")) ?? "",
      orNone(asString(valueAt(object, "spec", "timeZone"))),
      valueAt(object, "spec", "suspend") === true ? "True" : "False",
      asList(valueAt(object, "status", "active")).length,
      valueAt(object, "status", "lastScheduleTime") === undefined
        ? "<none>"
        : since(asString(valueAt(object, "status", "lastScheduleTime")), now),
      age(object, now),
      ...containersOf(object, "spec", "jobTemplate", ...TEMPLATE),
      "<none>",
    ],
  },
  "policy/poddisruptionbudgets": {
    columns: [
      NAME,
      text("Min Available"),
      text("Max Unavailable"),
      integer("Allowed Disruptions"),
      text("Age"),
    ],
    cells: (object, now) => [
      object.metadata.name ?? "",
      String(valueAt(object, "spec", "minAvailable") ?? "N/A"),
      String(valueAt(object, "spec", "maxUnavailable") ?? "N/A"),
      count(object, "status", "disruptionsAllowed"),
      age(object, now),
    ],
  },
  "autoscaling/horizontalpodautoscalers": {
    columns: [
      NAME,
      text("Reference"),
      text("Targets"),
      text("MinPods"),
      text("MaxPods"),
      text("Replicas"),
      text("Age"),
    ],
    cells: (object, now) => {
      const target = asObject(valueAt(object, "spec", "scaleTargetRef"));
      return [
        object.metadata.name ?? "",
        `${target.kind}/${target.name}`,
        "<unknown>",
        String(valueAt(object, "spec", "minReplicas") ?? "<unset>"),
        count(object, "spec", "maxReplicas"),
        count(object, "status", "currentReplicas"),
        age(object, now),
      ];
    },
  },
};

function selector(object: KubeObject): string {
  return orNone(formatSelector(asObject(object.spec).selector));
}

/** `a=b,c=d` of a map; `<none>` without entries. */
export function pairs(map: unknown): string {
  const entries = Object.entries(asObject(map)).map(([key, value]) => `${key}=${value}`);
  return orNone(entries.sort().join(","));
}

function controllerText({ metadata }: KubeObject): string {
  const owner = asList(metadata.ownerReferences)
    .map(asObject)
    .find((candidate) => candidate.controller === true);
  if (!owner) return "<none>";
  const group =
    String(owner.apiVersion).split("/").length > 1 ? `.${String(owner.apiVersion).split("/")[0]}` : "";
  return `${String(owner.kind).toLowerCase()}${group}/${owner.name}`;
}

function jobStatus(object: KubeObject): string {
  const conditions = asList(valueAt(object, "status", "conditions")).map(asObject);
  const has = (type: string): boolean =>
    conditions.some((condition) => condition.type === type && condition.status === "True");
  if (has("Complete")) return "Complete";
  if (has("Failed")) return "Failed";
  if (object.metadata.deletionTimestamp !== undefined) return "Terminating";
  return ["Suspended", "FailureTarget", "SuccessCriteriaMet"].find(has) ?? "Running";
}

function completions(object: KubeObject): string {
  const succeeded = count(object, "status", "succeeded");
  const wanted = valueAt(object, "spec", "completions");
  if (wanted !== undefined) return `${succeeded}/${wanted}`;
  const parallelism = count(object, "spec", "parallelism");
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobDuration(object: KubeObject, now: number): string {
  const start = asString(valueAt(object, "status", "startTime"));
  if (start === undefined) return "";
  const end = asString(valueAt(object, "status", "completionTime"));
  return humanDuration((end === undefined ? now : Date.parse(end)) - Date.parse(start));
}
