/**
 * Where labels and annotations go besides `metadata`, by kind (package-format 6.2). `[]` means every item of a list.
 *
 * KUDO's bogus `spec.template` of a CronJob is left out: the API server drops it.
 */
interface PathRow {
  /** `undefined` matches every group. */
  readonly group: string | undefined;
  readonly kind: string;
  readonly path: readonly string[];
}

const TEMPLATE = ["spec", "template", "metadata"] as const;

const POD_TEMPLATES: readonly PathRow[] = [
  { group: "apps", kind: "StatefulSet", path: TEMPLATE },
  { group: "apps", kind: "Deployment", path: TEMPLATE },
  { group: undefined, kind: "ReplicaSet", path: TEMPLATE },
  { group: undefined, kind: "ReplicationController", path: TEMPLATE },
  { group: undefined, kind: "DaemonSet", path: TEMPLATE },
  { group: "batch", kind: "Job", path: TEMPLATE },
  { group: "batch", kind: "CronJob", path: ["spec", "jobTemplate", "spec", "template", "metadata"] },
];

const LABELLED: readonly PathRow[] = [
  ...POD_TEMPLATES,
  { group: "apps", kind: "StatefulSet", path: ["spec", "volumeClaimTemplates", "[]", "metadata"] },
];

/** Paths of every `metadata` inside the object that gets KUDO's labels. */
export function labelledMetadata(group: string, kind: string): readonly (readonly string[])[] {
  return pathsFor(LABELLED, group, kind);
}

/** Paths of every pod template's `metadata`: what gets the operator version and the dependencies hash. */
export function podTemplateMetadata(group: string, kind: string): readonly (readonly string[])[] {
  return pathsFor(POD_TEMPLATES, group, kind);
}

function pathsFor(rows: readonly PathRow[], group: string, kind: string): readonly (readonly string[])[] {
  return rows
    .filter((row) => row.kind === kind && (row.group === undefined || row.group === group))
    .map((row) => row.path);
}
