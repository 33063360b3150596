import type { Register } from "../program.ts";

/** `lockstep template …`: for authors of templates, without a cluster. Each subcommand has a file of its own. */
export const registerTemplate: Register = (program) => {
  program.command("template").description("try, check and test templates");
};
