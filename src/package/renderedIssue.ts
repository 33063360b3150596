import { type Issue, lineAt } from "../base/issue.ts";
import { kudoFunctions } from "../template/functions/table.ts";
import type { GoValue } from "../template/goValue.ts";
import { TemplateError } from "../template/templateError.ts";
import { type TracedOutput, traceTemplate } from "../template/traceTemplate.ts";
import type { VerifyEffort } from "./verifyEffort.ts";
import type { CheckedTemplate } from "./verifyTemplates.ts";

/**
 * Turns issues of a rendered text into issues of its template. Their line becomes that of the template; that of the
 * text, which nobody has as a file, goes into the message, and both lines are shown.
 *
 * The template is executed once more when the first issue comes, if the effort allows.
 */
export function issueOfRendered(
  { key, source }: CheckedTemplate,
  data: GoValue,
  effort: VerifyEffort,
): (issue: Issue) => Issue {
  let traced: TracedOutput | undefined;
  const originOf = ({ line, column = 1 }: Issue): number | undefined => {
    if (line === undefined) return undefined;
    try {
      traced ??= traceTemplate(key, source.text, kudoFunctions, data, { budget: effort.work });
      return traced.originOf(line, column);
    } catch (error) {
      if (error instanceof TemplateError) return undefined;
      throw error;
    }
  };
  return (issue) => {
    const origin = originOf(issue);
    const place = issue.line === undefined ? "" : `, line ${issue.line} of the result`;
    const excerpt = [issue.excerpt, origin && comesFrom(source.text, origin)].filter(Boolean).join("\n");
    return {
      severity: issue.severity,
      code: "package.rendered",
      message: `with the default parameters ${key} renders to something unusable${place}: ${issue.message}`,
      ...(source.file !== undefined && { file: source.file }),
      ...(origin !== undefined && { line: origin }),
      ...(excerpt !== "" && { excerpt }),
      ...(issue.hint !== undefined && { hint: issue.hint }),
    };
  };
}

function comesFrom(text: string, line: number): string {
  return `  from line ${line} of the template\n${lineAt(text, line) ?? ""}`;
}
