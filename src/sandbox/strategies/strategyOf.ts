import type { ResourceType } from "../registry/resourceType.ts";
import { claimStrategy } from "./claimStrategy.ts";
import { configStrategy } from "./configStrategy.ts";
import { customResourceDefinitionStrategy } from "./customResourceDefinitionStrategy.ts";
import { jobStrategy } from "./jobStrategy.ts";
import type { KindStrategy } from "./kindStrategy.ts";
import { namespaceStrategy } from "./namespaceStrategy.ts";
import { podStrategy } from "./podStrategy.ts";
import { secretStrategy } from "./secretStrategy.ts";
import { serviceStrategy } from "./serviceStrategy.ts";
import { statefulSetStrategy } from "./statefulSetStrategy.ts";
import { volumeStrategy } from "./volumeStrategy.ts";
import { daemonSetStrategy, workloadStrategy } from "./workloadStrategy.ts";

const STRATEGIES: Readonly<Record<string, KindStrategy>> = {
  "/namespaces": namespaceStrategy,
  "/pods": podStrategy,
  "/services": serviceStrategy,
  "/configmaps": configStrategy,
  "/secrets": secretStrategy,
  "/persistentvolumeclaims": claimStrategy,
  "/persistentvolumes": volumeStrategy,
  "/replicationcontrollers": { defaultPropagation: "Orphan" },
  "apps/deployments": workloadStrategy,
  "apps/replicasets": workloadStrategy,
  "apps/daemonsets": daemonSetStrategy,
  "apps/statefulsets": statefulSetStrategy,
  "batch/jobs": jobStrategy,
  "apiextensions.k8s.io/customresourcedefinitions": customResourceDefinitionStrategy,
};

const PLAIN: KindStrategy = {};

/** The strategy of a kind; an empty one for kinds without rules of their own. */
export function strategyOf(type: ResourceType): KindStrategy {
  return STRATEGIES[type.storageKey] ?? PLAIN;
}
