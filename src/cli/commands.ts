import { registerHealth } from "./commands/health.ts";
import type { Register } from "./program.ts";

/** Every command, in the order of `--help`. */
export const COMMANDS: readonly Register[] = [registerHealth];
