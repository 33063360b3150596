import { goValueOf } from "../template/goValue.ts";
import { type CompiledPackage, withLocation } from "./compiledPackage.ts";
import { RecordedRandom } from "./recordedRandom.ts";
import { type RenderContext, variables } from "./renderTask.ts";

/**
 * The text of one template by itself, whatever it is. Random values are those of the context's record, and new ones are
 * forgotten.
 *
 * @throws RenderError
 */
export function renderTemplate(compiled: CompiledPackage, key: string, context: RenderContext): string {
  const template = compiled.template(key);
  const options = { now: context.now, random: new RecordedRandom(context.random).source(key) };
  return withLocation(
    compiled.pkg,
    () => template.execute(goValueOf(variables(context)), options),
    context.params,
  );
}
