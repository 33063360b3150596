import type { Controller } from "./controller.ts";
import type { ControllerClient } from "./controllerClient.ts";
import { customResourceController } from "./customResources.ts";
import { daemonSetController } from "./daemonSets.ts";
import { deploymentController } from "./deployments.ts";
import { disruptionBudgetController } from "./disruptionBudgets.ts";
import { garbageCollector } from "./garbageCollector.ts";
import { horizontalPodAutoscalerController } from "./horizontalPodAutoscalers.ts";
import { jobController } from "./jobs.ts";
import { kubelet } from "./kubelet.ts";
import { namespaceController } from "./namespaceController.ts";
import { podScheduler } from "./podScheduler.ts";
import { replicaSetController } from "./replicaSets.ts";
import { resourceQuotaController } from "./resourceQuotas.ts";
import { serviceController } from "./services.ts";
import { statefulSetController } from "./statefulSets.ts";
import { volumeClaimController } from "./volumeClaims.ts";

/** Every controller of the sandbox, in the order in which they get their turn. */
export function allControllers(client: ControllerClient): readonly Controller[] {
  return [
    customResourceController(client),
    namespaceController,
    garbageCollector,
    deploymentController,
    replicaSetController,
    statefulSetController,
    daemonSetController,
    jobController,
    volumeClaimController,
    podScheduler,
    kubelet(client),
    serviceController,
    disruptionBudgetController,
    horizontalPodAutoscalerController,
    resourceQuotaController,
  ];
}
