import type { KubeObject } from "./kubeObject.ts";

/** Group and version of an `apiVersion`; the core group is the empty text. */
export interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

/** Splits `apps/v1` into group and version; `v1` belongs to the core group. */
export function parseApiVersion(apiVersion: string): GroupVersion {
  const slash = apiVersion.indexOf("/");
  return slash < 0
    ? { group: "", version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** Identity of an object. `namespace` is absent for cluster-scoped kinds. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** The identity of an object. */
export function refOf({ apiVersion, kind, metadata }: KubeObject): ObjectRef {
  const name = metadata.name ?? "";
  return metadata.namespace
    ? { apiVersion, kind, namespace: metadata.namespace, name }
    : { apiVersion, kind, name };
}

/**
 * Key of an object that survives a change of its API version: `group|kind|namespace|name`.
 *
 * Equal exactly when two references mean the same object in the cluster.
 */
export function refKey({ apiVersion, kind, namespace, name }: ObjectRef): string {
  return `${parseApiVersion(apiVersion).group}|${kind}|${namespace ?? ""}|${name}`;
}

/** `Kind/namespace/name`, the form of our messages; `Kind/name` for cluster-scoped objects. */
export function formatRef({ kind, namespace, name }: ObjectRef): string {
  return namespace ? `${kind}/${namespace}/${name}` : `${kind}/${name}`;
}
