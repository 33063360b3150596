import type { KubeObject } from "../../object/kubeObject.ts";
import { finalizeNamespace } from "../verbs/finalizeNamespace.ts";
import type { Controller } from "./controller.ts";
import type { ControllerClient } from "./controllerClient.ts";
import { withCondition } from "./controllerClient.ts";

const NAMESPACES = "/namespaces";
/** Milliseconds between two looks at a namespace that still has content. */
const RETRY_MS = 200;

/** Fills a new namespace with what every namespace has; empties one that is going away, then lets it go. */
export const namespaceController: Controller = {
  name: "namespace",
  // A namespace that goes away is seen to: clients get to know the refusals of one that is terminating.
  delayMs: 100,
  keysOf: (storageKey, { object, type }) =>
    storageKey === NAMESPACES && type !== "DELETED" ? [object.metadata.name ?? ""] : [],
  reconcile(name, client) {
    const namespace = client.get(NAMESPACES, "", name);
    if (!namespace) return undefined;
    if (namespace.metadata.deletionTimestamp === undefined) {
      furnish(client, name);
      return undefined;
    }
    return empty(client, namespace);
  },
};

function furnish(client: ControllerClient, namespace: string): void {
  if (!client.get("/serviceaccounts", namespace, "default")) {
    client.create("/serviceaccounts", namespace, { metadata: { name: "default" } });
  }
  if (!client.get("/configmaps", namespace, "kube-root-ca.crt")) {
    client.create("/configmaps", namespace, {
      metadata: {
        name: "kube-root-ca.crt",
        annotations: {
          "kubernetes.io/description":
            "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
        },
      },
      data: { "ca.crt": "" },
    });
  }
}

function empty(client: ControllerClient, namespace: KubeObject): number | undefined {
  const name = namespace.metadata.name ?? "";
  const { registry } = client.state;
  const types = registry.storedTypes().filter((type) => type.namespaced && type.verbs.includes("delete"));
  for (const { storageKey } of types) {
    for (const object of client.list(storageKey, name)) {
      if (object.metadata.deletionTimestamp === undefined) {
        client.delete(storageKey, object, { propagation: "Background" });
      }
    }
  }
  const left = types.flatMap(({ storageKey }) => client.list(storageKey, name));
  if (left.length === 0) {
    const type = registry.byStorageKey(NAMESPACES);
    if (type && client.get(NAMESPACES, "", name)) {
      finalizeNamespace(client.state, type, name, { spec: { finalizers: [] } });
    }
    return undefined;
  }
  reportContent(client, namespace, left);
  return RETRY_MS;
}

function reportContent(client: ControllerClient, namespace: KubeObject, left: readonly KubeObject[]): void {
  const finalizers = [...new Set(left.flatMap(({ metadata }) => metadata.finalizers ?? []))];
  const { conditions } = namespace.status as { readonly conditions?: never };
  const content = withCondition(
    conditions,
    {
      type: "NamespaceContentRemaining",
      status: "True",
      reason: "SomeResourcesRemain",
      message: `Some resources are remaining: ${left.length} in all`,
    },
    client.time(),
  );
  const held = withCondition(
    content,
    {
      type: "NamespaceFinalizersRemaining",
      status: finalizers.length > 0 ? "True" : "False",
      reason: finalizers.length > 0 ? "SomeFinalizersRemain" : "ContentHasNoFinalizers",
      message:
        finalizers.length > 0
          ? `Some content in the namespace has finalizers remaining: ${finalizers.join(", ")}`
          : "All content-preserving finalizers finished",
    },
    client.time(),
  );
  client.setStatus(NAMESPACES, namespace, { phase: "Terminating", conditions: held });
}
