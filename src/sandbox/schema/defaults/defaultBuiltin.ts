import { asObject, asString, type JsonObject } from "../../../object/json.ts";
import type { KubeObject } from "../../../object/kubeObject.ts";
import { autoscalerDefaults, autoscalerV1Defaults } from "./autoscalingDefaults.ts";
import { atMember, type Change, inItems, inMember, inTurn, withMissing } from "./fill.ts";
import {
  endpointSliceDefaults,
  endpointsDefaults,
  networkPolicyDefaults,
  serviceDefaults,
} from "./networkDefaults.ts";
import { podDefaults, podTemplateDefaults } from "./podDefaults.ts";
import { claimDefaults, storageClassDefaults, volumeDefaults } from "./storageDefaults.ts";
import {
  cronJobDefaults,
  daemonSetDefaults,
  deploymentDefaults,
  jobDefaults,
  replicaSetDefaults,
  replicationControllerDefaults,
  statefulSetDefaults,
} from "./workloadDefaults.ts";

const RBAC = "rbac.authorization.k8s.io";

/** What Kubernetes fills in, by kind. The OpenAPI document does not say it; the differential test checks it. */
const DEFAULTS: Readonly<Record<string, Change>> = {
  "v1 Pod": podDefaults,
  "v1 PodTemplate": (object) => inMember(object, "template", podTemplateDefaults),
  "v1 ReplicationController": replicationControllerDefaults,
  "v1 Service": serviceDefaults,
  "v1 Endpoints": endpointsDefaults,
  "v1 Namespace": namespaceDefaults,
  "v1 LimitRange": (object) => inMember(object, "spec", (spec) => inItems(spec, "limits", limitDefaults)),
  "v1 Secret": secretDefaults,
  "v1 PersistentVolumeClaim": claimDefaults,
  "v1 PersistentVolume": volumeDefaults,
  "apps/v1 Deployment": deploymentDefaults,
  "apps/v1 ReplicaSet": replicaSetDefaults,
  "apps/v1 DaemonSet": daemonSetDefaults,
  "apps/v1 StatefulSet": statefulSetDefaults,
  "batch/v1 Job": jobDefaults,
  "batch/v1 CronJob": cronJobDefaults,
  "autoscaling/v1 HorizontalPodAutoscaler": autoscalerV1Defaults,
  "autoscaling/v2 HorizontalPodAutoscaler": autoscalerDefaults,
  "networking.k8s.io/v1 NetworkPolicy": networkPolicyDefaults,
  "discovery.k8s.io/v1 EndpointSlice": endpointSliceDefaults,
  "storage.k8s.io/v1 StorageClass": storageClassDefaults,
  "scheduling.k8s.io/v1 PriorityClass": (object) =>
    withMissing(object, { preemptionPolicy: "PreemptLowerPriority" }),
  [`${RBAC}/v1 RoleBinding`]: bindingDefaults,
  [`${RBAC}/v1 ClusterRoleBinding`]: bindingDefaults,
  "apiextensions.k8s.io/v1 CustomResourceDefinition": crdDefaults,
  "admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration": (object) =>
    inItems(object, "webhooks", webhookDefaults),
  "admissionregistration.k8s.io/v1 MutatingWebhookConfiguration": (object) =>
    inItems(object, "webhooks", (webhook) =>
      withMissing(webhookDefaults(webhook), { reinvocationPolicy: "Never" }),
    ),
  "apiregistration.k8s.io/v1 APIService": (object) =>
    inMember(object, "spec", (spec) =>
      inMember(spec, "service", (service) => withMissing(service, { port: 443 })),
    ),
};

/** The object with the defaults of its kind. Defaults that need the cluster (addresses, names, uids) are not here. */
export function defaultBuiltin(object: KubeObject): KubeObject {
  const change = DEFAULTS[`${object.apiVersion} ${object.kind}`];
  return change ? (change(object) as KubeObject) : object;
}

function namespaceDefaults(namespace: JsonObject): JsonObject {
  const name = asString(asObject(namespace.metadata).name);
  if (!name) return namespace;
  return inMember(namespace, "metadata", (metadata) =>
    atMember(metadata, "labels", (labels) => ({ ...labels, "kubernetes.io/metadata.name": name })),
  );
}

/** What containers may have at most is their default, which is what they request, and they request the least. */
function limitDefaults(limit: JsonObject): JsonObject {
  if (limit.type !== "Container") return limit;
  const byDefault = withMissing(asObject(limit.default), asObject(limit.max));
  const requested = withMissing(withMissing(asObject(limit.defaultRequest), byDefault), asObject(limit.min));
  return { ...limit, default: byDefault, defaultRequest: requested };
}

/** `stringData` moves into `data`; it is never read back. */
function secretDefaults(secret: JsonObject): JsonObject {
  const { stringData, ...others } = secret;
  const encoded = Object.entries(asObject(stringData)).map(([key, text]) => [
    key,
    Buffer.from(asString(text) ?? "").toString("base64"),
  ]);
  const data = { ...asObject(others.data), ...Object.fromEntries(encoded) };
  return withMissing(Object.keys(data).length > 0 ? { ...others, data } : others, { type: "Opaque" });
}

function bindingDefaults(binding: JsonObject): JsonObject {
  return inTurn(
    binding,
    (object) => atMember(object, "roleRef", (ref) => ({ ...ref, apiGroup: asString(ref.apiGroup) || RBAC })),
    (object) =>
      inItems(object, "subjects", (subject) =>
        subject.kind === "User" || subject.kind === "Group"
          ? withMissing(subject, { apiGroup: RBAC })
          : subject,
      ),
  );
}

function crdDefaults(crd: JsonObject): JsonObject {
  return inMember(crd, "spec", (spec) =>
    inTurn(
      spec,
      (filled) =>
        inMember(filled, "names", (names) => {
          const kind = asString(names.kind) ?? "";
          return withMissing(names, { singular: kind.toLowerCase(), listKind: `${kind}List` });
        }),
      (filled) => withMissing(filled, { conversion: { strategy: "None" } }),
    ),
  );
}

function webhookDefaults(webhook: JsonObject): JsonObject {
  return inTurn(
    withMissing(webhook, {
      failurePolicy: "Fail",
      matchPolicy: "Equivalent",
      namespaceSelector: {},
      objectSelector: {},
      timeoutSeconds: 10,
    }),
    (filled) => inItems(filled, "rules", (rule) => withMissing(rule, { scope: "*" })),
    (filled) =>
      inMember(filled, "clientConfig", (config) =>
        inMember(config, "service", (service) => withMissing(service, { port: 443 })),
      ),
  );
}
