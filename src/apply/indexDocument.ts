import { AppError } from "../base/errors.ts";
import { isJsonObject } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { refKey, refOf } from "../object/objectRef.ts";
import { type InstanceKey, instanceKey } from "../object/ownership.ts";
import type { AppliedIndex } from "./appliedIndex.ts";
import { compress, decompress } from "./compressed.ts";

/** What an index Secret holds, as text inside its compressed data. */
export interface IndexDocument {
  readonly version: 1;
  readonly index: AppliedIndex;
  /** Names of the Secrets that hold the manifests, in order; absent while they lie inside. */
  readonly parts?: readonly string[];
}

/** Manifests of an applied set by `refKey`. */
export type Manifests = ReadonlyMap<string, KubeObject>;

/** An index Secret that this version cannot read. Nothing of its instance is touched until a person looks. */
export class IndexError extends AppError {
  readonly code = "apply.indexUnreadable";
  readonly retryable = false;

  constructor(instance: InstanceKey, cause: unknown) {
    super(`index of instance ${instanceKey(instance)} cannot be read`, {
      cause,
      hint: "restore the Secret, or remove it to start over: its objects are then found by their marks",
    });
  }
}

/** Bytes of a document. */
export function packDocument(document: IndexDocument): Buffer {
  return compress(JSON.stringify(document));
}

/** The document again. @throws IndexError */
export function unpackDocument(instance: InstanceKey, bytes: Buffer): IndexDocument {
  try {
    const value: unknown = JSON.parse(decompress(bytes));
    if (isJsonObject(value) && value.version === 1 && isJsonObject(value.index))
      return value as unknown as IndexDocument;
    throw new TypeError(`version ${isJsonObject(value) ? String(value.version) : "none"} is not known`);
  } catch (error) {
    throw new IndexError(instance, error);
  }
}

/** Bytes of manifests. */
export function packManifests(manifests: Manifests): Buffer {
  return compress(JSON.stringify(Object.fromEntries(manifests)));
}

/** The manifests again. @throws IndexError */
export function unpackManifests(instance: InstanceKey, bytes: Buffer): Manifests {
  try {
    return new Map(Object.entries(JSON.parse(decompress(bytes)) as Record<string, KubeObject>));
  } catch (error) {
    throw new IndexError(instance, error);
  }
}

/** The manifests that a write of the intent has to store. */
export function manifestsOf(objects: readonly { readonly object: KubeObject }[]): Manifests {
  return new Map(objects.map(({ object }) => [refKey(refOf(object)), object]));
}
