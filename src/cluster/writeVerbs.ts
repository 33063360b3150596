import { asObject, asString, type JsonValue } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { formatRef, type ObjectRef, refOf } from "../object/objectRef.ts";
import type { ClusterClient, DeleteOptions, PatchType } from "./clusterClient.ts";
import { isClusterError } from "./clusterError.ts";
import { objectOf, type RequestSender } from "./requestSender.ts";
import { collectionPath } from "./resourcePath.ts";

const PATCH_CONTENT_TYPE: Readonly<Record<PatchType, string>> = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

/** The verbs that write objects. */
export function writeVerbs({
  send,
  sendTo,
}: RequestSender): Pick<ClusterClient, "create" | "update" | "apply" | "patch" | "delete"> {
  return {
    async create(object, { fieldManager, signal } = {}) {
      const { namespace } = object.metadata;
      const answer = await send(object, formatRef(refOf(object)), (type) => collectionPath(type, namespace), {
        verb: "create",
        method: "POST",
        query: { fieldManager },
        body: object,
        signal,
      });
      return objectOf(answer);
    },

    async update(object, { fieldManager, signal } = {}) {
      const call = { verb: "update", method: "PUT", query: { fieldManager }, body: object, signal } as const;
      return objectOf(await sendTo(refOf(object), call));
    },

    async apply(object, { fieldManager, force, dryRun, signal }) {
      const answer = await sendTo(refOf(object), {
        verb: dryRun ? "dryRun" : "apply",
        method: "PATCH",
        query: { fieldManager, force: force ? true : undefined, dryRun: dryRun ? "All" : undefined },
        body: object,
        contentType: "application/apply-patch+yaml",
        signal,
      });
      return objectOf(answer);
    },

    async patch(ref, type, body, { fieldManager, subresource, dryRun, signal } = {}) {
      const answer = await sendTo(
        ref,
        {
          verb: "patch",
          method: "PATCH",
          query: { fieldManager, dryRun: dryRun ? "All" : undefined },
          body,
          contentType: PATCH_CONTENT_TYPE[type],
          signal,
        },
        subresource,
      );
      return objectOf(answer);
    },

    async delete(ref, { uid, propagation, signal }: DeleteOptions = {}) {
      const body = {
        apiVersion: "v1",
        kind: "DeleteOptions",
        ...(propagation && { propagationPolicy: propagation }),
        ...(uid && { preconditions: { uid } }),
      };
      try {
        return deleted(ref, await sendTo(ref, { verb: "delete", method: "DELETE", body, signal }));
      } catch (error) {
        if (isClusterError(error, "notFound")) return undefined;
        throw error;
      }
    },
  };
}

/** The server answers some deletions with a Status: then the object is gone, and only its identity is known. */
function deleted(ref: ObjectRef, answer: JsonValue): KubeObject {
  const { kind, details } = asObject(answer);
  if (kind !== "Status") return objectOf(answer);
  const uid = asString(asObject(details).uid);
  const { apiVersion, namespace, name } = ref;
  return {
    apiVersion,
    kind: ref.kind,
    metadata: { name, ...(namespace && { namespace }), ...(uid && { uid }) },
  };
}
