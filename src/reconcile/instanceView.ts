import { asList, asObject, asString, type JsonObject, valueAt } from "../object/json.ts";
import { annotationsOf, type KubeObject } from "../object/kubeObject.ts";
import {
  ANNOTATION_PACKAGE_DIGEST,
  ANNOTATION_REVISION,
  ANNOTATION_SOURCE,
  ANNOTATION_SYNC,
  FINALIZER_PRUNE,
  type InstanceIdentity,
} from "../object/ownership.ts";
import type { OperatorVersionRef } from "../plan/accepted.ts";
import type { PlanRequest } from "../plan/choosePlan.ts";
import type { ExecutionStatus, PhaseStatus, PlanStatus, StepStatus } from "../plan/planStatus.ts";

/** On the Instance: somebody suspended it by hand. */
export const ANNOTATION_SUSPEND = "lockstep.dev/suspend";

/** A standard condition in `status.conditions`. */
export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

/** An Instance of the cluster, as far as we read it. */
export interface InstanceView extends InstanceIdentity {
  readonly resourceVersion: string;
  /** Counts the changes of the spec. */
  readonly generation: number;
  /** The instance whose KudoOperator task, or template, made this one; absent for one that stands by itself. */
  readonly parent?: InstanceIdentity;
  readonly operatorVersion: OperatorVersionRef;
  readonly parameters: Readonly<Record<string, string>>;
  readonly request?: PlanRequest;
  readonly planStatus: Readonly<Record<string, PlanStatus>>;
  readonly conditions: readonly Condition[];
  /** Name of the source in Git; absent for instances that others made. */
  readonly source?: string;
  readonly revision?: string;
  readonly expectedDigest?: string;
  readonly suspendedBy?: "git" | "hand";
  readonly deleting: boolean;
  readonly finalizers: readonly string[];
  readonly hasFinalizer: boolean;
}

/** Reads a custom resource of kind Instance; what is missing or malformed counts as absent. */
export function viewInstance(object: KubeObject): InstanceView {
  const { metadata } = object;
  const annotations = annotationsOf(object);
  const spec = asObject(object.spec);
  const namespace = metadata.namespace ?? "default";
  const reference = asObject(spec.operatorVersion);
  const ownNamespace = asString(reference.namespace);
  const finalizers = asList(metadata.finalizers).filter((item) => typeof item === "string");
  return {
    namespace,
    name: metadata.name ?? "",
    uid: metadata.uid ?? "",
    resourceVersion: metadata.resourceVersion ?? "",
    generation: typeof metadata.generation === "number" ? metadata.generation : 0,
    ...optional("parent", parentOf(metadata.ownerReferences, namespace)),
    operatorVersion: {
      name: asString(reference.name) ?? "",
      ...(ownNamespace && ownNamespace !== namespace && { namespace: ownNamespace }),
    },
    parameters: textsOf(spec.parameters),
    ...optional("request", requestOf(spec.planExecution)),
    planStatus: planStatusesOf(valueAt(object, "status", "planStatus")),
    conditions: asList(valueAt(object, "status", "conditions")).map(
      (item) => asObject(item) as unknown as Condition,
    ),
    ...optional("source", annotations[ANNOTATION_SOURCE]),
    ...optional("revision", annotations[ANNOTATION_REVISION]),
    ...optional("expectedDigest", annotations[ANNOTATION_PACKAGE_DIGEST]),
    ...optional("suspendedBy", suspender(annotations)),
    deleting: metadata.deletionTimestamp !== undefined,
    finalizers,
    hasFinalizer: finalizers.includes(FINALIZER_PRUNE),
  };
}

function parentOf(owners: unknown, namespace: string): InstanceIdentity | undefined {
  const owner = asList(owners)
    .map(asObject)
    .find(({ kind, apiVersion }) => kind === "Instance" && asString(apiVersion)?.startsWith("kudo.dev/"));
  const name = asString(owner?.name);
  return name ? { namespace, name, uid: asString(owner?.uid) ?? "" } : undefined;
}

/** The cluster's JSON of `status.planStatus`. */
export function planStatusesOf(value: unknown): Readonly<Record<string, PlanStatus>> {
  return Object.fromEntries(
    Object.entries(asObject(value)).map(
      ([name, item]) => [name, planStatusOf(name, asObject(item))] as const,
    ),
  );
}

function planStatusOf(name: string, value: JsonObject): PlanStatus {
  return {
    name,
    ...statusAndMessage(value),
    ...optional("lastUpdatedTimestamp", asString(value.lastUpdatedTimestamp) || undefined),
    ...optional("uid", asString(value.uid) || undefined),
    phases: asList(value.phases)
      .map(asObject)
      .map(
        (phase): PhaseStatus => ({
          name: asString(phase.name) ?? "",
          ...statusAndMessage(phase),
          steps: asList(phase.steps)
            .map(asObject)
            .map((step): StepStatus => ({ name: asString(step.name) ?? "", ...statusAndMessage(step) })),
        }),
      ),
  };
}

const STATUSES: readonly string[] = [
  "NEVER_RUN",
  "PENDING",
  "IN_PROGRESS",
  "ERROR",
  "FATAL_ERROR",
  "COMPLETE",
];

function statusAndMessage(value: JsonObject): {
  readonly status: ExecutionStatus;
  readonly message?: string;
} {
  const status = asString(value.status) ?? "";
  return {
    status: STATUSES.includes(status) ? (status as ExecutionStatus) : "NEVER_RUN",
    ...optional("message", asString(value.message) || undefined),
  };
}

function requestOf(value: unknown): PlanRequest | undefined {
  const execution = asObject(value);
  const planName = asString(execution.planName);
  return planName ? { planName, uid: asString(execution.uid) ?? "" } : undefined;
}

function suspender(annotations: Readonly<Record<string, string>>): "git" | "hand" | undefined {
  if (annotations[ANNOTATION_SUSPEND] === "true") return "hand";
  return /"suspend":\s*true/.test(annotations[ANNOTATION_SYNC] ?? "") ? "git" : undefined;
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(asObject(value)).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    ),
  );
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [key in K]?: V };
}
