import { messageOf } from "../base/errors.ts";
import { RenderError } from "../render/renderError.ts";
import { CliError } from "./cliError.ts";

/**
 * Runs `work`; errors of templates, which name the package, name its folder instead: a path that can be opened.
 *
 * @throws CliError in place of RenderError and CliError
 */
export async function withOpenablePaths<T>(
  name: string,
  folder: string,
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RenderError || error instanceof CliError)) throw error;
    const root = folder.replace(/\/+$/, "");
    const message = messageOf(error).replaceAll(`${name}/templates/`, `${root}/templates/`);
    throw new CliError(message, { cause: error, ...(error.hint !== undefined && { hint: error.hint }) });
  }
}
