import type { KubeObject } from "../../object/kubeObject.ts";
import type { ObjectSchema } from "../objectPipeline.ts";

/** One column of `kubectl get` that a CustomResourceDefinition declares. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
  /** As written in the CRD, with the leading dot. */
  readonly jsonPath: string;
}

/** Dot paths of a custom scale subresource, as written in the CRD. */
export interface ScalePaths {
  readonly specReplicas: readonly string[];
  readonly statusReplicas: readonly string[];
  readonly labelSelector?: readonly string[];
}

/** What only kinds of a CustomResourceDefinition have. */
export interface CustomTraits {
  readonly crdName: string;
  readonly columns: readonly PrinterColumn[];
  readonly scale?: ScalePaths;
}

/** One kind in one version, as the server serves it. */
export interface ResourceType {
  readonly group: string;
  readonly version: string;
  /** `apps/v1`, or `v1` for the core group. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly listKind: string;
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
  /** Versions and groups that share their objects share this key. */
  readonly storageKey: string;
  /** True for the version in which they are kept. */
  readonly isStored: boolean;
  readonly schema: ObjectSchema;
  readonly generation: boolean;
  readonly needsVersion: boolean;
  readonly createOnUpdate: boolean;
  readonly returnsDeleted: boolean;
  readonly custom?: CustomTraits;
  /** From the stored form to the one of this version. */
  readonly toServed: (stored: KubeObject) => KubeObject;
  /** From a body in this version to the stored form. */
  readonly toStored: (served: KubeObject) => KubeObject;
}

/** `deployments.apps`, or `pods` for the core group: how messages of the server name a resource. */
export function qualifiedResource({
  group,
  plural,
}: {
  readonly group: string;
  readonly plural: string;
}): string {
  return group === "" ? plural : `${plural}.${group}`;
}

/** `Deployment.apps`, or `Pod` for the core group. */
export function qualifiedKind({ group, kind }: { readonly group: string; readonly kind: string }): string {
  return group === "" ? kind : `${kind}.${group}`;
}

/** True when writes of the main endpoint leave status alone. */
export function hasStatus(type: ResourceType): boolean {
  return type.subresources.includes("status");
}
