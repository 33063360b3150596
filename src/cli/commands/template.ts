import type { Register } from "../program.ts";
import { addTemplateCheck } from "./templateCheck.ts";
import { addTemplateEval } from "./templateEval.ts";
import { addTemplateFunctions } from "./templateFunctions.ts";
import { addTemplateRender } from "./templateRender.ts";
import { addTemplateTest } from "./templateTest.ts";

/** `lockstep template …`: for authors of templates, without a cluster. Each subcommand has a file of its own. */
export const registerTemplate: Register = (program, io, end) => {
  const family = program.command("template").description("try, check and test templates");
  addTemplateEval(family, io);
  addTemplateRender(family, io);
  addTemplateFunctions(family, io);
  addTemplateTest(family, io, end);
  addTemplateCheck(family, io, end);
};
