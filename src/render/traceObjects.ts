import type { KubeObject } from "../object/kubeObject.ts";
import type { OperatorPackage } from "../package/operatorPackage.ts";
import { kudoFunctions } from "../template/functions/table.ts";
import { goValueOf } from "../template/goValue.ts";
import { traceTemplate } from "../template/traceTemplate.ts";
import { parseObjects } from "../yaml/parseObjects.ts";
import { positionOf } from "../yaml/positionOf.ts";
import { RecordedRandom } from "./recordedRandom.ts";
import { type RenderContext, variables } from "./renderTask.ts";

/**
 * Finds the line of a template at which an object that it gave begins: that of the object's first field, or of the
 * action that printed it. Objects of a loop all begin at the same line.
 *
 * @param key  of a template that renders with this context
 * @returns a look-up; `undefined` for an object that the template did not give
 */
export function traceObjects(
  pkg: OperatorPackage,
  key: string,
  context: RenderContext,
): (object: KubeObject) => number | undefined {
  const options = { now: context.now, random: new RecordedRandom(context.random).source(key) };
  const source = pkg.templates.get(key) ?? "";
  const { text, originOf } = traceTemplate(
    key,
    source,
    kudoFunctions,
    goValueOf(variables(context)),
    options,
  );
  const lines = new Map<string, number>();
  for (const { object, document, path } of parseObjects(text).objects) {
    const { line, column } = positionOf(document, path);
    lines.set(nameOf(object), originOf(line, column));
  }
  return (object) => lines.get(nameOf(object));
}

/** Without the namespace, which is put on later, and the version, which may give way to its successor. */
function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}
