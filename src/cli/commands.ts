import { registerActions, registerHolds } from "./commands/actions.ts";
import { registerDemo } from "./commands/demo.ts";
import { registerDiagnostics } from "./commands/diagnostics.ts";
import { registerDrift } from "./commands/drift.ts";
import { registerGet } from "./commands/get.ts";
import { registerHealth } from "./commands/health.ts";
import { registerInstall } from "./commands/install.ts";
import { registerPackage } from "./commands/package.ts";
import { registerPlan } from "./commands/plan.ts";
import { registerRender } from "./commands/render.ts";
import { registerRepo } from "./commands/repo.ts";
import { registerSandbox } from "./commands/sandbox.ts";
import { registerSearch } from "./commands/search.ts";
import { registerServe } from "./commands/serve.ts";
import { registerStatus } from "./commands/status.ts";
import { registerTemplate } from "./commands/template.ts";
import { registerUninstall } from "./commands/uninstall.ts";
import { registerUpdate } from "./commands/update.ts";
import { registerUpgrade } from "./commands/upgrade.ts";
import type { Register } from "./program.ts";

/** Every command, in the order of `--help`. */
export const COMMANDS: readonly Register[] = [
  registerServe,
  registerDemo,
  registerSandbox,
  registerStatus,
  registerDrift,
  registerActions,
  registerHolds,
  registerInstall,
  registerUpdate,
  registerUpgrade,
  registerUninstall,
  registerGet,
  registerPlan,
  registerPackage,
  registerRepo,
  registerSearch,
  registerRender,
  registerTemplate,
  registerHealth,
  registerDiagnostics,
];
