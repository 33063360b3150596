import { type ObjectRef, parseApiVersion } from "../object/objectRef.ts";
import type { ResourceInfo } from "./clusterClient.ts";

/** Values of a query; those that are `undefined` or empty are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Pods, as every server has them. */
export const PODS: ResourceInfo = {
  apiVersion: "v1",
  kind: "Pod",
  plural: "pods",
  namespaced: true,
  verbs: [],
};

/** `/api/v1` or `/apis/<group>/<version>`. */
export function groupVersionPath(apiVersion: string): string {
  return parseApiVersion(apiVersion).group === "" ? `/api/${apiVersion}` : `/apis/${apiVersion}`;
}

/** Path of all objects of a kind, of one namespace when one is given and the kind has them. */
export function collectionPath(type: ResourceInfo, namespace?: string): string {
  const root = groupVersionPath(type.apiVersion);
  return type.namespaced && namespace !== undefined
    ? `${root}/namespaces/${segment(namespace)}/${type.plural}`
    : `${root}/${type.plural}`;
}

/**
 * Path of one object. A namespace of a cluster-scoped kind is ignored.
 *
 * @throws TypeError for a name that cannot be one segment of a path, and for a namespaced kind without namespace
 */
export function objectPath(type: ResourceInfo, ref: ObjectRef, subresource?: string): string {
  if (type.namespaced && !ref.namespace) throw new TypeError("the namespace is missing");
  const path = `${collectionPath(type, ref.namespace)}/${segment(ref.name)}`;
  return subresource ? `${path}/${subresource}` : path;
}

/** A path with its query. */
export function withQuery(path: string, query: Query): string {
  let text = "";
  for (const name in query) {
    const value = query[name];
    if (value === undefined || value === "") continue;
    text += `${text === "" ? "?" : "&"}${name}=${encodeURIComponent(value)}`;
  }
  return path + text;
}

/**
 * A name as one segment of a path, its case kept; a colon may stay (`system:node`).
 *
 * `/`, `%`, `.` and `..` would be another path to the server, which refuses such names anyway.
 */
function segment(name: string): string {
  if (name === "") throw new TypeError("the name is missing");
  if (name === "." || name === ".." || /[/%]/.test(name)) {
    throw new TypeError(`${JSON.stringify(name)} cannot be a name: no ".", "..", "/" or "%"`);
  }
  return encodeURIComponent(name).replaceAll("%3A", ":");
}
