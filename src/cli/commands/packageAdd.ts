import type { Command } from "commander";
import type { CliIo } from "../cliIo.ts";
import { addPackageAddMaintainer } from "./packageAddMaintainer.ts";
import { addPackageAddParameter } from "./packageAddParameter.ts";
import { addPackageAddPlan } from "./packageAddPlan.ts";
import { addPackageAddTask } from "./packageAddTask.ts";

/** `lockstep package add …`: a part more for a package; comments and layout of its files stay. */
export function addPackageAdd(family: Command, io: CliIo): void {
  const add = family
    .command("add")
    .description("add to a package: by options, or by questions when there is a terminal and no --name");
  addPackageAddParameter(add, io);
  addPackageAddTask(add, io);
  addPackageAddPlan(add, io);
  addPackageAddMaintainer(add, io);
}
