import type { Issue } from "../base/issue.ts";
import type { JsonObject } from "../object/json.ts";
import type { OperatorPackage } from "../package/operatorPackage.ts";
import type { ExecuteOptions } from "../template/execution.ts";
import { kudoFunctions } from "../template/functions/table.ts";
import { goValueOf } from "../template/goValue.ts";
import { TemplateError } from "../template/templateError.ts";
import { type TracedOutput, traceTemplate } from "../template/traceTemplate.ts";

/**
 * Finds the line of a template that wrote the place of an issue in its text. The template is executed once more for the
 * first issue; `undefined` when its budget does not allow that, and for an issue without a place.
 */
export function traceText(
  pkg: OperatorPackage,
  key: string,
  data: JsonObject,
  options: () => ExecuteOptions,
): (issue: Issue) => number | undefined {
  let traced: TracedOutput | undefined;
  return ({ line, column = 1 }) => {
    if (line === undefined) return undefined;
    try {
      const source = pkg.templates.get(key) ?? "";
      traced ??= traceTemplate(key, source, kudoFunctions, goValueOf(data), options());
      return traced.originOf(line, column);
    } catch (error) {
      if (error instanceof TemplateError) return undefined;
      throw error;
    }
  };
}
