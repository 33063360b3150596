import { asObject, asString } from "../object/json.ts";
import { annotationsOf, type KubeObject } from "../object/kubeObject.ts";
import type { ObjectRef } from "../object/objectRef.ts";
import { LABEL_STATE } from "../object/ownership.ts";

/** What a Secret of ours holds; the value of its state label. */
export type StateKind = "index" | "manifests" | "package";

/** A Secret that holds state of ours. */
export interface StateSecret {
  readonly namespace: string;
  readonly name: string;
  readonly kind: StateKind;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly resourceVersion?: string;
  readonly immutable?: boolean;
  readonly data: Readonly<Record<string, Buffer>>;
}

/** The Secret as it travels. */
export function secretOf(state: StateSecret): KubeObject {
  const { namespace, name, kind, labels, annotations, finalizers, resourceVersion, immutable, data } = state;
  return {
    apiVersion: "v1",
    kind: "Secret",
    type: "lockstep.dev/state",
    metadata: {
      namespace,
      name,
      labels: { ...labels, [LABEL_STATE]: kind },
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    },
    ...(immutable && { immutable }),
    data: Object.fromEntries(Object.entries(data).map(([key, bytes]) => [key, bytes.toString("base64")])),
  };
}

/**
 * One value of a Secret's data; `undefined` when it has none of that key. It has memory of its own: from Node's pool,
 * a thousand small ones that stay would keep what lay beside them.
 */
export function secretBytes(secret: KubeObject, key: string): Buffer | undefined {
  const text = asString(asObject(secret.data)[key]);
  if (text === undefined) return undefined;
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text, "base64"));
  return bytes.subarray(0, bytes.write(text, "base64"));
}

/** Reference to a Secret. */
export function secretRef(namespace: string, name: string): ObjectRef {
  return { apiVersion: "v1", kind: "Secret", namespace, name };
}

/** Selects the Secrets of one kind of state. */
export function stateSelector(kind: StateKind, labels: Readonly<Record<string, string>> = {}): string {
  return Object.entries({ ...labels, [LABEL_STATE]: kind })
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

/** An annotation of a Secret of ours. */
export function secretAnnotation(secret: KubeObject, key: string): string | undefined {
  return asString(annotationsOf(secret)[key]);
}

/** The kind of all of them, for lists. */
export const SECRET_TYPE = { apiVersion: "v1", kind: "Secret" } as const;
