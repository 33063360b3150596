import { asObject, type JsonObject, valueAt } from "../../../object/json.ts";
import { atMember, inItems, inMember, inTurn, withMissing } from "./fill.ts";
import { podTemplateDefaults } from "./podDefaults.ts";
import { claimDefaults } from "./storageDefaults.ts";

// @see kubernetes/kubernetes pkg/apis/apps/v1/defaults.go and pkg/apis/batch/v1/defaults.go

function inSpec(object: JsonObject, ...changes: readonly ((spec: JsonObject) => JsonObject)[]): JsonObject {
  return inMember(object, "spec", (spec) => inTurn(spec, ...changes));
}

function templateDefaults(spec: JsonObject): JsonObject {
  return atMember(spec, "template", podTemplateDefaults);
}

/** A Deployment with what the API server fills in. */
export function deploymentDefaults(deployment: JsonObject): JsonObject {
  return inSpec(
    deployment,
    (spec) => withMissing(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 }),
    (spec) =>
      atMember(spec, "strategy", (strategy) =>
        rollingUpdate(strategy, { maxSurge: "25%", maxUnavailable: "25%" }),
      ),
    templateDefaults,
  );
}

/** A ReplicaSet with what the API server fills in. */
export function replicaSetDefaults(set: JsonObject): JsonObject {
  return inSpec(set, (spec) => withMissing(spec, { replicas: 1 }), templateDefaults);
}

/** The oldest of them: labels and selector, too, come from the template. */
export function replicationControllerDefaults(controller: JsonObject): JsonObject {
  const labels = valueAt(controller, "spec", "template", "metadata", "labels");
  return inSpec(replicaSetDefaults(labelledAsTemplate(controller)), (spec) =>
    labels === undefined ? spec : withMissing(spec, { selector: labels }),
  );
}

/** A DaemonSet with what the API server fills in. */
export function daemonSetDefaults(set: JsonObject): JsonObject {
  return inSpec(
    set,
    (spec) => withMissing(spec, { revisionHistoryLimit: 10 }),
    (spec) =>
      atMember(spec, "updateStrategy", (strategy) =>
        rollingUpdate(strategy, { maxSurge: 0, maxUnavailable: 1 }),
      ),
    templateDefaults,
  );
}

/** A StatefulSet with what the API server fills in. */
export function statefulSetDefaults(set: JsonObject): JsonObject {
  return inSpec(
    set,
    (spec) =>
      withMissing(spec, { replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: "OrderedReady" }),
    (spec) => atMember(spec, "updateStrategy", (strategy) => rollingUpdate(strategy, { partition: 0 })),
    (spec) =>
      atMember(spec, "persistentVolumeClaimRetentionPolicy", (policy) =>
        withMissing(policy, { whenDeleted: "Retain", whenScaled: "Retain" }),
      ),
    templateDefaults,
    (spec) =>
      inItems(spec, "volumeClaimTemplates", (claim) => ({
        ...claimDefaults(claim),
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
      })),
  );
}

function rollingUpdate(strategy: JsonObject, parameters: JsonObject): JsonObject {
  const type = strategy.type || "RollingUpdate";
  if (type !== "RollingUpdate") return { ...strategy, type };
  return { ...strategy, type, rollingUpdate: withMissing(asObject(strategy.rollingUpdate), parameters) };
}

/** A Job with what the API server fills in. */
export function jobDefaults(job: JsonObject): JsonObject {
  return inSpec(
    labelledAsTemplate(job),
    (spec) =>
      spec.completions === undefined && spec.parallelism === undefined
        ? withMissing(spec, { completions: 1, parallelism: 1 })
        : withMissing(spec, { parallelism: 1 }),
    (spec) =>
      withMissing(spec, {
        backoffLimit: 6,
        completionMode: "NonIndexed",
        suspend: false,
        manualSelector: false,
        podReplacementPolicy: spec.podFailurePolicy === undefined ? "TerminatingOrFailed" : "Failed",
      }),
    templateDefaults,
  );
}

/** An object without labels takes those of its pods. */
function labelledAsTemplate(object: JsonObject): JsonObject {
  const labels = valueAt(object, "spec", "template", "metadata", "labels");
  if (labels === undefined || valueAt(object, "metadata", "labels") !== undefined) return object;
  return inMember(object, "metadata", (metadata) => ({ ...metadata, labels }));
}

/** A CronJob with what the API server fills in. */
export function cronJobDefaults(cronJob: JsonObject): JsonObject {
  return inSpec(
    cronJob,
    (spec) =>
      withMissing(spec, {
        concurrencyPolicy: "Allow",
        suspend: false,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 1,
      }),
    (spec) => inMember(spec, "jobTemplate", (job) => inSpec(job, templateDefaults)),
  );
}
