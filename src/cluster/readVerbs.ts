import { asList, asObject, asString, isJsonObject, type JsonValue } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import type { CallOptions, ClusterClient, ListOptions } from "./clusterClient.ts";
import { isClusterError } from "./clusterError.ts";
import { objectOf, type RequestSender } from "./requestSender.ts";
import { collectionPath, type Query } from "./resourcePath.ts";

/** Objects of one page of a list. */
const PAGE_SIZE = 500;

/** The verbs that read objects once. */
export function readVerbs(sender: RequestSender): Pick<ClusterClient, "get" | "list"> {
  return {
    async get(ref, { signal }: CallOptions = {}) {
      try {
        return objectOf(await sender.sendTo(ref, { verb: "get", method: "GET", signal }));
      } catch (error) {
        if (isClusterError(error, "notFound")) return undefined;
        throw error;
      }
    },

    async list(type, options = {}) {
      const items: KubeObject[] = [];
      const keep = (page: readonly KubeObject[]): void => {
        for (const item of page) items.push(item);
      };
      const take = options.onPage ?? keep;
      let page = await listPage(sender, type, options, { limit: PAGE_SIZE });
      take(page.items);
      while (page.next !== undefined) {
        page = await listPage(sender, type, options, { limit: PAGE_SIZE, continue: page.next });
        take(page.items);
      }
      return { items, resourceVersion: page.resourceVersion };
    },
  };
}

/** What messages call a list. */
export function listSubject(kind: string, namespace?: string): string {
  return namespace ? `${kind}/${namespace}` : kind;
}

async function listPage(
  sender: RequestSender,
  type: { readonly apiVersion: string; readonly kind: string },
  { namespace, labelSelector, fieldSelector, signal }: ListOptions,
  paging: Query,
): Promise<{ items: KubeObject[]; resourceVersion: string; next: string | undefined }> {
  const answer = await sender.send(
    type,
    listSubject(type.kind, namespace),
    (resource) => collectionPath(resource, namespace),
    { verb: "list", method: "GET", query: { labelSelector, fieldSelector, ...paging }, signal },
  );
  const { items, metadata } = asObject(answer);
  const { resourceVersion, continue: next } = asObject(metadata);
  return {
    items: asList(items).map((item) => withType(item, type)),
    resourceVersion: asString(resourceVersion) ?? "",
    next: asString(next) || undefined,
  };
}

/** Items of a list come without apiVersion and kind. The answer is ours alone, so it is completed in place. */
function withType(item: JsonValue, type: { readonly apiVersion: string; readonly kind: string }): KubeObject {
  if (!isJsonObject(item)) throw new TypeError("an item of a list is no object");
  const { apiVersion, kind } = type;
  return Object.assign(item, { apiVersion, kind }) as unknown as KubeObject;
}
