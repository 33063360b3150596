import { randomUUID } from "node:crypto";
import { type AppliedIndex, emptyIndex, withApplied, withIntent } from "../../../src/apply/appliedIndex.ts";
import type { ApplyContext, LiveVersion } from "../../../src/apply/applyContext.ts";
import { type ApplyProgress, applyObjects } from "../../../src/apply/applyObjects.ts";
import type { DesiredObject } from "../../../src/apply/desiredObject.ts";
import { manifestsOf } from "../../../src/apply/indexStore.ts";
import type { ObjectSchemas } from "../../../src/apply/objectSchemas.ts";
import { RecentCrds } from "../../../src/apply/recentCrds.ts";
import { type Validation, validateStep } from "../../../src/apply/validateStep.ts";
import { systemClock } from "../../../src/base/clock.ts";
import type { ClusterClient } from "../../../src/cluster/clusterClient.ts";
import type { KubeObject } from "../../../src/object/kubeObject.ts";
import { type ObjectRef, refKey, refOf } from "../../../src/object/objectRef.ts";
import type { InstanceIdentity } from "../../../src/object/ownership.ts";

/** What one pass over a step came to. */
export type Pass =
  | Extract<Validation, { readonly kind: "failed" }>
  | (ApplyProgress & { readonly writes: Extract<Validation, { readonly kind: "valid" }>["writes"] });

/** An instance that applies objects as the reconciler does, without plans, health and an index Secret. */
export class TestInstance {
  readonly identity: InstanceIdentity;
  readonly context: ApplyContext;
  index: AppliedIndex;
  readonly manifests = new Map<string, KubeObject>();
  /** What the watch would have seen. */
  readonly seen = new Map<string, LiveVersion>();
  planUid: string = randomUUID();

  constructor(
    client: ClusterClient,
    {
      namespace,
      name = "demo",
      uid = randomUUID(),
      schemas,
    }: {
      readonly namespace: string;
      readonly name?: string;
      readonly uid?: string;
      readonly schemas?: ObjectSchemas;
    },
    operator = { name: "galera", version: "0.1.0" },
  ) {
    this.identity = { namespace, name, uid };
    this.index = emptyIndex(this.identity);
    this.context = {
      client,
      clock: systemClock,
      instance: this.identity,
      operator,
      live: (ref) => this.seen.get(refKey(ref)) ?? { kind: "unknown" },
      ...(schemas && { schemas }),
      recentCrds: new RecentCrds(systemClock),
      signal: new AbortController().signal,
    };
  }

  /** Objects of one task, labelled and stamped as rendering does. */
  desired(objects: readonly KubeObject[], task = "app", plan = "deploy"): readonly DesiredObject[] {
    return objects.map((object) => ({
      object: this.#decorate(object, plan),
      origin: { plan, phase: "main", step: "all", task },
    }));
  }

  /** Validates, records the intent and writes. */
  async step(objects: readonly KubeObject[], task = "app", plan = "deploy"): Promise<Pass> {
    return await this.run(this.desired(objects, task, plan));
  }

  async run(desired: readonly DesiredObject[]): Promise<Pass> {
    const validation = await validateStep(this.context, this.index, desired);
    if (validation.kind === "failed") return validation;
    const { writes } = validation;
    this.index = withIntent(this.index, writes, { planUid: this.planUid });
    for (const [key, object] of manifestsOf(writes)) this.manifests.set(key, object);
    const progress = await applyObjects(this.context, writes);
    this.index = withApplied(this.index, progress.applied);
    for (const { ref, uid } of progress.applied) this.sees(ref, uid);
    return { ...progress, notes: [...validation.notes, ...progress.notes], writes };
  }

  /** Lets the watch see an object as it was left. */
  sees(ref: ObjectRef, uid: string, state: { readonly drifted?: boolean; readonly deleting?: boolean } = {}) {
    const { drifted = false, deleting = false } = state;
    this.seen.set(refKey(ref), { kind: "seen", uid, drifted, deleting });
  }

  async live(object: KubeObject): Promise<KubeObject | undefined> {
    return await this.context.client.get(refOf(object));
  }

  #decorate(object: KubeObject, plan: string): KubeObject {
    const { labels, annotations } = object.metadata;
    return {
      ...object,
      metadata: {
        ...object.metadata,
        labels: {
          heritage: "kudo",
          "kudo.dev/operator": this.context.operator.name,
          "kudo.dev/instance": this.identity.name,
          ...labels,
        },
        annotations: {
          ...annotations,
          "kudo.dev/plan": plan,
          "kudo.dev/phase": "main",
          "kudo.dev/step": "all",
          "kudo.dev/last-plan-execution-uid": this.planUid,
        },
      },
    };
  }
}

/** A ConfigMap. */
export function configMap(namespace: string, name: string, data: Record<string, string> = {}): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data };
}

/** A ClusterRole with one rule. */
export function clusterRole(name: string, verbs: readonly string[] = ["get"]): KubeObject {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name },
    rules: [{ apiGroups: [""], resources: ["pods"], verbs }],
  };
}

/** A CustomResourceDefinition of a group of its own, with one text field `spec.size`. */
export function crd(kind: string, group: string): KubeObject {
  const plural = `${kind.toLowerCase()}s`;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: "object",
              properties: { spec: { type: "object", properties: { size: { type: "string" } } } },
            },
          },
        },
      ],
    },
  };
}

/** A Deployment without replicas. */
export function deployment(namespace: string, name: string, spec: Record<string, unknown> = {}): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: "main", image: "example/main:1" }] },
      },
      ...spec,
    },
  } as unknown as KubeObject;
}
