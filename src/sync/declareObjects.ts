import { canonicalJson, type JsonValue } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import {
  ANNOTATION_PACKAGE_DIGEST,
  ANNOTATION_REVISION,
  ANNOTATION_SOURCE,
  ANNOTATION_SYNC,
  FINALIZER_PRUNE,
} from "../object/ownership.ts";
import { DEFAULT_SYNC_OPTIONS, type InstanceFile, type SyncOptions } from "../package/instanceFile.ts";
import { KUDO_API_VERSION } from "./crds.ts";

/**
 * The Instance that a file declares: the same set of fields in every apply, as what an apply leaves out it deletes. The
 * revision is put in by `withRevision` just before the write.
 *
 * @param packageDigest  of the package that Git holds for it; `undefined` when its OperatorVersion is not from Git
 */
export function declareInstance(
  file: InstanceFile,
  source: string,
  packageDigest: string | undefined,
): KubeObject {
  const { name, namespace, labels, parameters, operatorVersion } = file;
  const annotations = {
    ...file.annotations,
    [ANNOTATION_SYNC]: syncAnnotation(file.sync),
    [ANNOTATION_SOURCE]: source,
    ...(packageDigest !== undefined && { [ANNOTATION_PACKAGE_DIGEST]: packageDigest }),
  };
  return {
    apiVersion: KUDO_API_VERSION,
    kind: "Instance",
    metadata: {
      name,
      namespace,
      ...(Object.keys(labels).length > 0 && { labels }),
      annotations,
      finalizers: [FINALIZER_PRUNE],
    },
    spec: {
      operatorVersion: { ...operatorVersion },
      ...(Object.keys(parameters).length > 0 && { parameters }),
    },
  };
}

/** An Operator or OperatorVersion made from a package, marked as ours. */
export function declarePackageObject(object: KubeObject, source: string, packageDigest?: string): KubeObject {
  const { status: _, ...rest } = object;
  return {
    ...rest,
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: {
      ...object.metadata,
      annotations: {
        ...object.metadata.annotations,
        [ANNOTATION_SOURCE]: source,
        ...(packageDigest !== undefined && { [ANNOTATION_PACKAGE_DIGEST]: packageDigest }),
      },
    },
  };
}

/** The object with the commit that it comes from, in the namespace it goes to. */
export function withRevision(object: KubeObject, revision: string): KubeObject {
  const annotations = { ...object.metadata.annotations, [ANNOTATION_REVISION]: revision };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** The options that differ from the defaults, as one annotation: equal options give equal text. */
export function syncAnnotation(options: SyncOptions): string {
  const defaults: Readonly<Record<string, unknown>> = { ...DEFAULT_SYNC_OPTIONS };
  const given = Object.entries(options).filter(
    ([key, value]) => canonicalJson(value) !== canonicalJson(defaults[key]),
  );
  return canonicalJson(Object.fromEntries(given) as Record<string, JsonValue>);
}

/** False when the annotation of a live Instance says that it stays when its file goes. */
export function prunesByAnnotation(annotation: string | undefined): boolean {
  if (annotation === undefined) return true;
  try {
    const value: unknown = JSON.parse(annotation);
    return (value as { prune?: unknown } | null)?.prune !== false;
  } catch {
    return false; // not ours: rather keep than delete
  }
}
