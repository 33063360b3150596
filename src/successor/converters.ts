import { webhookConfiguration } from "./admission.ts";
import { autoscalerTarget, autoscalerV2beta1 } from "./autoscaler.ts";
import { type Convert, same } from "./conversion.ts";
import { customResourceDefinition } from "./customResourceDefinition.ts";
import { ingress } from "./ingress.ts";
import {
  alphaRoleBinding,
  alphaRuntimeClass,
  certificateSigningRequest,
  endpointSlice,
  event,
  priorityLevel,
} from "./otherKinds.ts";
import { podDisruptionBudget } from "./podDisruptionBudget.ts";
import { extensionsDeployment, workload } from "./workload.ts";

/** Before apps/v1, pods were replaced only when somebody deleted them. */
const ON_DELETE = { updateStrategy: { type: "OnDelete" } };

/** How each removed version says the same in its successor; a kind that is not here differs by the version alone. */
const CONVERTERS: Readonly<Record<string, Readonly<Record<string, Convert>>>> = {
  "extensions/v1beta1": {
    Deployment: extensionsDeployment,
    DaemonSet: workload(ON_DELETE),
    ReplicaSet: workload(),
    Ingress: ingress,
  },
  "apps/v1beta1": {
    Deployment: workload({ revisionHistoryLimit: 2 }),
    StatefulSet: workload(ON_DELETE),
  },
  "apps/v1beta2": {
    Deployment: workload(),
    DaemonSet: workload(),
    ReplicaSet: workload(),
    StatefulSet: workload(),
  },
  "admissionregistration.k8s.io/v1beta1": {
    MutatingWebhookConfiguration: webhookConfiguration,
    ValidatingWebhookConfiguration: webhookConfiguration,
  },
  "apiextensions.k8s.io/v1beta1": { CustomResourceDefinition: customResourceDefinition },
  "autoscaling/v2beta1": { HorizontalPodAutoscaler: autoscalerV2beta1 },
  "autoscaling/v2beta2": { HorizontalPodAutoscaler: autoscalerTarget },
  "certificates.k8s.io/v1beta1": { CertificateSigningRequest: certificateSigningRequest },
  "discovery.k8s.io/v1beta1": { EndpointSlice: endpointSlice },
  "events.k8s.io/v1beta1": { Event: event },
  "flowcontrol.apiserver.k8s.io/v1beta1": { PriorityLevelConfiguration: priorityLevel },
  "flowcontrol.apiserver.k8s.io/v1beta2": { PriorityLevelConfiguration: priorityLevel },
  "networking.k8s.io/v1beta1": { Ingress: ingress },
  "node.k8s.io/v1alpha1": { RuntimeClass: alphaRuntimeClass },
  "policy/v1beta1": { PodDisruptionBudget: podDisruptionBudget },
  "rbac.authorization.k8s.io/v1alpha1": {
    ClusterRoleBinding: alphaRoleBinding,
    RoleBinding: alphaRoleBinding,
  },
};

/** The conversion of a removed version of a kind. */
export function converterOf(apiVersion: string, kind: string): Convert {
  const kinds = Object.hasOwn(CONVERTERS, apiVersion) ? CONVERTERS[apiVersion] : undefined;
  return kinds && Object.hasOwn(kinds, kind) ? (kinds[kind] ?? same) : same;
}
