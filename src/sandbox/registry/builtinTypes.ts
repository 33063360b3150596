import { parseApiVersion } from "../../object/objectRef.ts";
import type { ObjectPipeline } from "../objectPipeline.ts";
import { type BuiltinResource, builtinResources } from "../schema/kubernetesTable.ts";
import { conversionOf } from "./conversion.ts";
import type { ResourceType } from "./resourceType.ts";

/** Kinds and parts that need machines behind them, or that nobody asks for. */
const NOT_SERVED = new Set(["bindings", "componentstatuses"]);
const PARTS = new Set([
  "approval",
  "ephemeralcontainers",
  "eviction",
  "finalize",
  "log",
  "resize",
  "scale",
  "status",
]);

/** Kinds that count changes of their desired state in `metadata.generation`. @see pkg/registry, PrepareForUpdate */
const WITH_GENERATION = words(`
  customresourcedefinitions daemonsets deployments replicasets statefulsets cronjobs jobs pods podtemplates
  replicationcontrollers ingresses ingressclasses networkpolicies poddisruptionbudgets priorityclasses endpointslices
  csidrivers deviceclasses resourceslices flowschemas prioritylevelconfigurations mutatingadmissionpolicies
  mutatingadmissionpolicybindings mutatingwebhookconfigurations validatingadmissionpolicies
  validatingadmissionpolicybindings validatingwebhookconfigurations`);

/** Kinds whose updates must carry a resource version. @see pkg/registry, AllowUnconditionalUpdate */
const NEEDS_VERSION = words(`
  runtimeclasses poddisruptionbudgets csidrivers csinodes csistoragecapacities volumeattachments leases
  mutatingadmissionpolicies mutatingadmissionpolicybindings mutatingwebhookconfigurations validatingadmissionpolicies
  validatingadmissionpolicybindings validatingwebhookconfigurations`);

/** Kinds that a PUT creates. @see pkg/registry, AllowCreateOnUpdate */
const CREATED_BY_UPDATE = words(`
  runtimeclasses roles rolebindings clusterroles clusterrolebindings leases limitranges events services endpoints`);

/** Kinds that answer a delete with the object instead of a Status. @see pkg/registry, ReturnDeletedObject */
const RETURNED_WHEN_DELETED = words(`
  csidrivers csinodes storageclasses volumeattachments volumeattributesclasses deviceclasses resourceclaims
  resourceclaimtemplates resourceslices resourcequotas persistentvolumes persistentvolumeclaims serviceaccounts
  namespaces pods podtemplates services`);

/** The types of Kubernetes 1.36 that are served without a CustomResourceDefinition. */
export function builtinTypes(pipeline: ObjectPipeline): readonly ResourceType[] {
  return builtinResources
    .filter(({ name }) => !NOT_SERVED.has(name))
    .map((resource) => builtinType(resource, pipeline));
}

function builtinType(resource: BuiltinResource, pipeline: ObjectPipeline): ResourceType {
  const { apiVersion, kind, name } = resource;
  return {
    ...parseApiVersion(apiVersion),
    apiVersion,
    kind,
    listKind: `${kind}List`,
    plural: name,
    singular: resource.singularName,
    namespaced: resource.namespaced,
    shortNames: resource.shortNames ?? [],
    categories: resource.categories ?? [],
    verbs: resource.verbs,
    subresources: resource.subresources.map((part) => part.name).filter((part) => PARTS.has(part)),
    schema: pipeline.builtinSchema(apiVersion, kind) ?? { apiVersion, kind },
    generation: WITH_GENERATION.has(name),
    needsVersion: NEEDS_VERSION.has(name),
    createOnUpdate: CREATED_BY_UPDATE.has(name),
    returnsDeleted: RETURNED_WHEN_DELETED.has(name),
    ...conversionOf(apiVersion, name),
  };
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
