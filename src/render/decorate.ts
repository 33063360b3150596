import { asList, asObject, type JsonObject } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { formatRef, parseApiVersion, refOf } from "../object/objectRef.ts";
import {
  ANNOTATION_OPERATOR_VERSION,
  ANNOTATION_PHASE,
  ANNOTATION_PLAN,
  ANNOTATION_PLAN_UID,
  ANNOTATION_STEP,
  type InstanceIdentity,
  LABEL_HERITAGE,
  LABEL_INSTANCE,
  LABEL_OPERATOR,
} from "../object/ownership.ts";
import { labelledMetadata, podTemplateMetadata } from "./labelPaths.ts";
import { mergeStrings } from "./mergeStrings.ts";
import { RenderError } from "./renderError.ts";

/** For whom, and in which run, objects are made. */
export interface Decoration {
  readonly instance: InstanceIdentity;
  readonly operatorName: string;
  readonly operatorVersion: string;
  readonly plan: string;
  readonly phase: string;
  readonly step: string;
  readonly planUid: string;
}

/**
 * Adds what every object of an instance carries: labels, annotations, and for namespaced kinds the instance's
 * namespace and the owner reference (package-format 6; engine.md, 1). The ownership mark is put on by `apply`.
 *
 * Existing entries of the same name are overwritten, names and selectors never touched. The owner reference does not
 * block its owner's deletion; an Instance made by a task is owned but not controlled.
 *
 * @throws RenderError when the template names another controller
 */
export function decorate(object: KubeObject, namespaced: boolean, decoration: Decoration): KubeObject {
  const { group } = parseApiVersion(object.apiVersion);
  const labels = {
    [LABEL_HERITAGE]: "kudo",
    [LABEL_OPERATOR]: decoration.operatorName,
    [LABEL_INSTANCE]: decoration.instance.name,
  };
  let next: JsonObject = mergeStrings(object, ["metadata", "labels"], labels);
  for (const path of labelledMetadata(group, object.kind))
    next = mergeStrings(next, [...path, "labels"], labels);
  next = mergeStrings(next, ["metadata", "annotations"], stamps(decoration));
  for (const path of podTemplateMetadata(group, object.kind)) {
    next = mergeStrings(next, [...path, "annotations"], {
      [ANNOTATION_OPERATOR_VERSION]: decoration.operatorVersion,
    });
  }
  const { namespace: _, ...metadata } = asObject(next.metadata);
  const { apiVersion, kind } = object;
  if (!namespaced) return { ...next, apiVersion, kind, metadata };
  const { namespace } = decoration.instance;
  const owners = ownerReferences(object, decoration.instance);
  return { ...next, apiVersion, kind, metadata: { ...metadata, namespace, ownerReferences: owners } };
}

/**
 * Adds what an Instance made by a KudoOperator task carries (package-format 3.5): the label of its own operator, an
 * owner that does not control it, the stamps. It is labelled as ours, so that it is watched, and not with the labels of
 * its parent: those would count it among the parent's workloads.
 */
export function decorateChild(object: KubeObject, operatorName: string, decoration: Decoration): KubeObject {
  const { namespace } = decoration.instance;
  const labels = { [LABEL_HERITAGE]: "kudo", [LABEL_OPERATOR]: operatorName };
  const owners = ownerReferences(object, decoration.instance);
  const metadata = {
    ...object.metadata,
    namespace,
    labels,
    annotations: { ...stamps(decoration) },
    ownerReferences: owners,
  };
  return { ...object, metadata };
}

/** Which run wrote the object: refreshed when it is written anyway, never compared. */
function stamps({ plan, phase, step, planUid }: Decoration): Readonly<Record<string, string>> {
  return {
    [ANNOTATION_PLAN]: plan,
    [ANNOTATION_PHASE]: phase,
    [ANNOTATION_STEP]: step,
    [ANNOTATION_PLAN_UID]: planUid,
  };
}

function ownerReferences(object: KubeObject, { name, uid }: InstanceIdentity): readonly JsonObject[] {
  const others = asList(object.metadata.ownerReferences)
    .map(asObject)
    .filter((owner) => owner.uid !== uid);
  const controller = others.find((owner) => owner.controller === true);
  if (controller) {
    throw new RenderError(
      "TaskEnhancementError",
      `${formatRef(refOf(object))}: the template names ${controller.kind} '${controller.name}' as controller; an object can have only one, and that is the instance`,
    );
  }
  const isChild = object.kind === "Instance" && parseApiVersion(object.apiVersion).group === "kudo.dev";
  return [
    ...others,
    {
      apiVersion: "kudo.dev/v1beta1",
      kind: "Instance",
      name,
      uid,
      controller: !isChild,
      blockOwnerDeletion: false,
    },
  ];
}
