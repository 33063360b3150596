import { createHash } from "node:crypto";
import { asList, asObject, asString, canonicalJson, isJsonObject, type JsonObject } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { ANNOTATION_REVISION, MANAGER_SYNC } from "../object/ownership.ts";

/**
 * Digest of everything that an object to apply declares, but its identity and the revision annotation.
 *
 * Equal to the {@link ownedDigest} of the live object exactly when applying would change nothing.
 */
export function declaredDigest(object: KubeObject): string {
  const { apiVersion: _, kind: __, metadata, ...rest } = object;
  const { name: ___, namespace: ____, ...declared } = metadata;
  const leaves: string[] = [];
  collectDeclared({ ...rest, metadata: declared }, "", leaves);
  return digest(leaves);
}

/**
 * Digest of the fields of a live object that sync owns, with their values. A field that somebody else changed has left
 * our entry in managedFields, so the digest differs then.
 *
 * @returns `undefined` when sync has never applied the object
 */
export function ownedDigest(live: KubeObject): string | undefined {
  const entry = asList(live.metadata.managedFields)
    .map(asObject)
    .find(
      ({ manager, operation, subresource }) =>
        manager === MANAGER_SYNC && operation === "Apply" && !subresource,
    );
  if (!entry) return undefined;
  const leaves: string[] = [];
  collectOwned(asObject(entry.fieldsV1), live, "", leaves);
  return digest(leaves);
}

/** Lists are one value each; of finalizers every member counts by itself, as the server merges them. */
function collectDeclared(value: unknown, path: string, leaves: string[]): void {
  if (path === "/metadata/finalizers") {
    for (const name of asList(value)) leaves.push(`${path}/${asString(name)}`);
  } else if (isJsonObject(value) && (path === "" || Object.keys(value).length > 0)) {
    for (const [key, member] of Object.entries(value))
      if (member !== undefined) collectDeclared(member, `${path}/${key}`, leaves);
  } else addLeaf(path, value, leaves);
}

function collectOwned(fields: JsonObject, live: unknown, path: string, leaves: string[]): void {
  const keys = Object.keys(fields).filter((key) => key !== ".");
  if (keys.length === 0 && path !== "") addLeaf(path, live, leaves);
  for (const key of keys) {
    if (key.startsWith("v:")) leaves.push(`${path}/${JSON.parse(key.slice(2))}`);
    else if (key.startsWith("f:")) {
      const name = key.slice(2);
      const member = isJsonObject(live) && Object.hasOwn(live, name) ? live[name] : undefined;
      collectOwned(asObject(fields[key]), member, `${path}/${name}`, leaves);
    }
  }
}

function addLeaf(path: string, value: unknown, leaves: string[]): void {
  if (path !== `/metadata/annotations/${ANNOTATION_REVISION}`) leaves.push(`${path}=${canonicalJson(value)}`);
}

function digest(leaves: string[]): string {
  return createHash("sha256").update(leaves.sort().join("\n")).digest("base64url");
}
