import { type KubeObject, labelsOf } from "../../object/kubeObject.ts";
import type { ResourceType } from "../registry/resourceType.ts";
import { badRequest } from "../statusError.ts";
import { type ObjectMatcher, parseFieldSelector } from "../store/fieldSelector.ts";
import { parseLabelSelector } from "../store/labelSelector.ts";

/** Which objects of a resource a request means. */
export interface Selection {
  /** Absent: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** A matcher of stored objects, namespace aside; `undefined` when every object is meant. 400 for a bad selector. */
export function selectionMatcher(type: ResourceType, selection: Selection): ObjectMatcher | undefined {
  const matchers: ObjectMatcher[] = [];
  if (selection.labelSelector) {
    const labels = parseLabelSelector(selection.labelSelector);
    if (typeof labels !== "function") throw badRequest(labels.message);
    matchers.push((object) => labels(labelsOf(object)));
  }
  if (selection.fieldSelector) {
    const fields = parseFieldSelector(selection.fieldSelector, type);
    if (typeof fields !== "function") throw badRequest(fields.message);
    matchers.push(fields);
  }
  if (matchers.length === 0) return undefined;
  return (object: KubeObject) => matchers.every((matches) => matches(object));
}
