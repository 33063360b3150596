import { randomUUID } from "node:crypto";
import { AppError } from "../base/errors.ts";
import { didYouMean } from "../base/nearest.ts";
import type { ClusterClient } from "../cluster/clusterClient.ts";
import { type InstanceKey, instanceKey, MANAGER_STATUS } from "../object/ownership.ts";
import type { InstanceCache } from "./instanceCache.ts";
import { ANNOTATION_SUSPEND } from "./instanceView.ts";
import { ANNOTATION_CONFIRMED } from "./objectHold.ts";
import type { PackageCache } from "./packageCache.ts";
import type { Reconciler } from "./reconciler.ts";

/** Why an action on an instance cannot be. */
export class ActionError extends AppError {
  readonly code: string;
  readonly retryable = false;

  constructor(code: string, message: string, hint?: string) {
    super(message, hint === undefined ? {} : { hint });
    this.code = code;
  }
}

/** What people may do to an instance by hand. */
export interface InstanceActions {
  /** Asks for a plan through the instance's inbox; answers the run's uid. @throws ActionError, ClusterError */
  readonly trigger: (key: InstanceKey, plan: string) => Promise<{ readonly uid: string }>;
  /** @throws ActionError, PassError while a plan runs */
  readonly reconcile: (key: InstanceKey) => Promise<{ readonly applied: number }>;
  readonly suspend: (key: InstanceKey) => Promise<void>;
  /** @throws ActionError when it is Git that suspends */
  readonly resume: (key: InstanceKey) => Promise<void>;
  /** Lets held objects go; `false` when no instance has a hold of that id. */
  readonly confirm: (holdId: string) => Promise<boolean>;
}

interface ActionDeps {
  readonly client: ClusterClient;
  readonly instances: InstanceCache;
  readonly packages: PackageCache;
  readonly reconciler: Reconciler;
}

const API_VERSION = "kudo.dev/v1beta1";

/** Builds the actions; each leaves its wish in the cluster, so that a restart does not lose it. */
export function instanceActions({ client, instances, packages, reconciler }: ActionDeps): InstanceActions {
  const find = (key: InstanceKey) => {
    const cached = instances.get(key);
    if (cached) return cached.view;
    const names = [...instances.all()].map(({ view }) => instanceKey(view));
    throw new ActionError(
      "instance.notFound",
      `there is no instance ${instanceKey(key)}${didYouMean(instanceKey(key), names)}`,
    );
  };
  const patch = async (key: InstanceKey, body: Parameters<ClusterClient["patch"]>[2]): Promise<void> => {
    const written = await client.patch(
      { apiVersion: API_VERSION, kind: "Instance", ...pick(key) },
      "merge",
      body,
      { fieldManager: MANAGER_STATUS },
    );
    instances.observe(written);
    reconciler.touch(key);
  };
  return {
    trigger: async (key, plan) => {
      const view = find(key);
      const published = packages.published(view.operatorVersion, view.namespace);
      const pkg = published?.kind === "found" ? packages.peek(published.digest)?.pkg : undefined;
      if (pkg && !pkg.plans.has(plan)) {
        const names = [...pkg.plans.keys()].sort();
        throw new ActionError(
          "plan.notFound",
          `${view.operatorVersion.name} has no plan '${plan}'${didYouMean(plan, names)}`,
          `it has ${names.join(", ")}`,
        );
      }
      if (plan === "cleanup" && !view.deleting) {
        throw new ActionError("plan.notNow", "plan 'cleanup' runs only when the instance is deleted");
      }
      const uid = randomUUID();
      await patch(key, { spec: { planExecution: { planName: plan, uid, status: "NEVER_RUN" } } });
      return { uid };
    },
    reconcile: async (key) => {
      const view = find(key);
      if (reconciler.isBusy(view))
        throw new ActionError(
          "instance.busy",
          `a plan of ${instanceKey(view)} is running; what it applies comes first`,
        );
      return reconciler.reapply(key);
    },
    suspend: async (key) => {
      find(key);
      await patch(key, { metadata: { annotations: { [ANNOTATION_SUSPEND]: "true" } } });
    },
    resume: async (key) => {
      const view = find(key);
      if (view.suspendedBy === "git") {
        throw new ActionError(
          "instance.suspendedByGit",
          `${instanceKey(view)} is suspended by its file in Git`,
          "set sync.suspend to false there and push",
        );
      }
      await patch(key, { metadata: { annotations: { [ANNOTATION_SUSPEND]: null } } });
    },
    confirm: async (holdId) => {
      const held = [...instances.all()].find(({ view }) => reconciler.memory(view)?.hold?.id === holdId);
      if (!held) return false;
      await patch(held.view, { metadata: { annotations: { [ANNOTATION_CONFIRMED]: holdId } } });
      return true;
    },
  };
}

function pick({ namespace, name }: InstanceKey): InstanceKey {
  return { namespace, name };
}
