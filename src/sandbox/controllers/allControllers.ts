import type { Controller } from "./controller.ts";
import type { ControllerClient } from "./controllerClient.ts";
import { customResourceController } from "./customResources.ts";
import { garbageCollector } from "./garbageCollector.ts";
import { namespaceController } from "./namespaceController.ts";

/** Every controller of the sandbox, in the order in which they get their turn. */
export function allControllers(client: ControllerClient): readonly Controller[] {
  return [customResourceController(client), namespaceController, garbageCollector];
}
