import type { WatchEvent } from "../cluster/clusterClient.ts";
import { asList, asObject, asString, valueAt } from "../object/json.ts";
import { annotationsOf, type KubeObject } from "../object/kubeObject.ts";
import { type ObjectRef, refKey, refOf } from "../object/objectRef.ts";
import {
  ANNOTATION_PACKAGE_DIGEST,
  ANNOTATION_REVISION,
  ANNOTATION_SOURCE,
  ANNOTATION_SYNC,
} from "../object/ownership.ts";
import { isEarlierVersion } from "../object/resourceVersion.ts";
import { operatorVersionName } from "../package/operatorPackage.ts";
import { ownedDigest } from "./declaredFields.ts";
import { prunesByAnnotation } from "./declareObjects.ts";

/** What sync remembers of a custom resource in the cluster: enough to know whether a write is needed. */
export interface Published {
  readonly ref: ObjectRef;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Name of the source on its annotation. */
  readonly source: string | undefined;
  readonly revision: string | undefined;
  readonly packageDigest: string | undefined;
  /** Of the fields that sync owns; `undefined` when sync never applied it. */
  readonly owned: string | undefined;
  readonly deleting: boolean;
  readonly prune: boolean;
  /** Of an Instance: its OperatorVersion. Of an OperatorVersion: its Operator. */
  readonly uses: { readonly namespace: string; readonly name: string };
  /** Of an OperatorVersion: names of those that it depends on, in its namespace. */
  readonly needs: readonly string[];
}

/** Types of the lines of a watch that carry an object. */
export type ObjectEventType = Exclude<WatchEvent["type"], "BOOKMARK">;

/** The custom resources of the cluster in short; fed by a list, by watches, and by the answers to our own writes. */
export class PublishedObjects {
  readonly #objects = new Map<string, Published>();
  /** Where the server stores something else than what was sent: what it owns for what was declared. */
  readonly #settled = new Map<string, { readonly declared: string; readonly owned: string | undefined }>();

  get(ref: ObjectRef): Published | undefined {
    return this.#objects.get(refKey(ref));
  }

  /** All of a kind, in no particular order. */
  ofKind(kind: "Instance" | "OperatorVersion" | "Operator"): readonly Published[] {
    return [...this.#objects.values()].filter(({ ref }) => ref.kind === kind);
  }

  /** Takes a line of a watch or an object of a list. What is older than what is known is ignored. */
  observe(type: ObjectEventType, object: KubeObject): void {
    const key = refKey(refOf(object));
    const known = this.#objects.get(key);
    const sameLife = known !== undefined && known.uid === object.metadata.uid;
    if (type === "DELETED") this.forget(refOf(object), object.metadata.uid);
    else if (!sameLife || !isOlder(object, known)) this.#objects.set(key, publishedOf(object));
  }

  /** Takes note that an object is gone, unless a namesake lives already; without a uid whatever was known goes. */
  forget(ref: ObjectRef, uid?: string): void {
    const key = refKey(ref);
    if (uid !== undefined && this.#objects.get(key)?.uid !== uid) return;
    this.#objects.delete(key);
    this.#settled.delete(key);
  }

  /** Takes the answer to an apply of ours. */
  applied(answer: KubeObject, declared: string): void {
    const owned = ownedDigest(answer);
    if (owned !== declared) this.#settled.set(refKey(refOf(answer)), { declared, owned });
    else this.#settled.delete(refKey(refOf(answer)));
    this.observe("MODIFIED", answer);
  }

  /** True when the live object holds what is declared, and nothing that was declared before. */
  matches(ref: ObjectRef, declared: string): boolean {
    const key = refKey(ref);
    const live = this.#objects.get(key);
    if (live?.owned === undefined) return false;
    if (live.owned === declared) return true;
    const settled = this.#settled.get(key);
    return settled !== undefined && settled.declared === declared && settled.owned === live.owned;
  }
}

function publishedOf(object: KubeObject): Published {
  const ref = refOf(object);
  const annotations = annotationsOf(object);
  const used = object.kind === "Instance" ? "operatorVersion" : "operator";
  return {
    ref,
    uid: object.metadata.uid ?? "",
    resourceVersion: object.metadata.resourceVersion ?? "",
    source: annotations[ANNOTATION_SOURCE],
    revision: annotations[ANNOTATION_REVISION],
    packageDigest: annotations[ANNOTATION_PACKAGE_DIGEST],
    owned: ownedDigest(object),
    deleting: object.metadata.deletionTimestamp !== undefined,
    prune: prunesByAnnotation(annotations[ANNOTATION_SYNC]),
    uses: {
      namespace: asString(valueAt(object, "spec", used, "namespace")) || (ref.namespace ?? ""),
      name: asString(valueAt(object, "spec", used, "name")) ?? "",
    },
    needs: object.kind === "OperatorVersion" ? neededBy(object) : [],
  };
}

function neededBy(version: KubeObject): readonly string[] {
  return asList(valueAt(version, "spec", "tasks"))
    .map(asObject)
    .flatMap(({ kind, spec }) => {
      if (kind !== "KudoOperator") return [];
      const { package: name, operatorVersion, appVersion } = asObject(spec);
      return [
        operatorVersionName({
          name: asString(name) ?? "",
          operatorVersion: asString(operatorVersion) ?? "",
          appVersion: asString(appVersion) ?? "",
        }),
      ];
    });
}

function isOlder({ metadata }: KubeObject, known: Published): boolean {
  return isEarlierVersion(metadata.resourceVersion ?? "", known.resourceVersion);
}
