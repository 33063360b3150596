import { asObject, type JsonObject } from "../object/json.ts";
import type { KubeObject, ObjectMeta } from "../object/kubeObject.ts";
import { parseApiVersion } from "../object/objectRef.ts";
import type { InstanceIdentity } from "../object/ownership.ts";
import { withStringDataMoved } from "../object/withStringDataMoved.ts";
import { type OwnerOperator, withOwnerMark } from "./marks.ts";

/** Who the object is prepared for, and where its kind lives. */
export interface Preparation {
  readonly instance: InstanceIdentity;
  readonly operator: OwnerOperator;
  readonly namespaced: boolean;
}

/**
 * Brings a rendered object into the form that is sent: `stringData` moved into `data`, KUDO's misplaced CronJob paths
 * dropped, namespace by scope, the ownership mark put on.
 *
 * A key removed from `stringData` would stay in `data` for ever if it were sent as it is: the server keeps no account.
 */
export function prepareObject(
  object: KubeObject,
  { instance, operator, namespaced }: Preparation,
): KubeObject {
  const scoped = withScope(
    withoutMisplacedTemplate(withStringDataMoved(object)),
    instance.namespace,
    namespaced,
  );
  return withOwnerMark(scoped, instance, operator, namespaced);
}

function withoutMisplacedTemplate(object: KubeObject): KubeObject {
  if (object.kind !== "CronJob" || parseApiVersion(object.apiVersion).group !== "batch") return object;
  const { template, ...spec } = asObject(object.spec);
  return template === undefined ? object : ({ ...object, spec: spec as JsonObject } as KubeObject);
}

function withScope(object: KubeObject, namespace: string, namespaced: boolean): KubeObject {
  if (namespaced === (object.metadata.namespace !== undefined)) return object;
  const { namespace: _, ...metadata } = object.metadata;
  return { ...object, metadata: (namespaced ? { ...metadata, namespace } : metadata) as ObjectMeta };
}
