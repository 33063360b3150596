import { type Issue, lineAt } from "../base/issue.ts";
import { didYouMean } from "../base/nearest.ts";
import type { JsonObject } from "../object/json.ts";
import type { OperatorPackage } from "../package/operatorPackage.ts";
import { describeError, formatDescription } from "../template/describeError.ts";
import { kudoFunctions } from "../template/functions/table.ts";
import { parseTemplate, type Template } from "../template/template.ts";
import { TemplateError } from "../template/templateError.ts";
import { maskParameters } from "./maskParameters.ts";
import { RenderError } from "./renderError.ts";

/** A package whose templates are parsed on first use, once, and kept as long as the package is. */
export interface CompiledPackage {
  readonly pkg: OperatorPackage;
  /** @throws RenderError when there is no such template or it does not parse */
  template(key: string): Template;
  /** Whether the next use of a template costs no parsing. */
  isParsed(key: string): boolean;
}

/** Wraps a package so that every template is parsed at most once. */
export function compilePackage(pkg: OperatorPackage): CompiledPackage {
  const parsed = new Map<string, Template>();
  return {
    pkg,
    isParsed: (key) => parsed.has(key),
    template: (key) => {
      const known = parsed.get(key);
      if (known) return known;
      const text = pkg.templates.get(key);
      if (text === undefined) {
        throw new RenderError(
          "TaskRenderingError",
          `package ${pkg.name} has no template ${key}${didYouMean(key, pkg.templates.keys())}`,
        );
      }
      const template = withLocation(pkg, () => parseTemplate(key, text, kudoFunctions));
      parsed.set(key, template);
      return template;
    },
  };
}

/**
 * Runs `work` on a template and turns its errors into ours: file, line and column, the line itself, the calls that lead
 * there, and what may help.
 *
 * @param params  values that the message must not have
 * @throws RenderError
 */
export function withLocation<T>(pkg: OperatorPackage, work: () => T, params: JsonObject = {}): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const file = `templates/${error.template}`;
    const text = pkg.templates.get(error.template) ?? "";
    const description = describeError(error, text, `${pkg.name}/${file}`);
    const message = formatDescription(
      { ...description, message: maskParameters(description.message, pkg.parameters, params) },
      `${pkg.name}/${file}`,
    );
    const { line, column } = description.mark;
    throw new RenderError("TaskRenderingError", message, { cause: error, location: { file, line, column } });
  }
}

/**
 * The error that the issues of a rendered text come to. It says where, never what stands there: the text may be that of
 * a Secret, and the message goes to status, log and API. The line of the template is shown.
 *
 * @param originOf  the line of the template that wrote the place of an issue
 */
export function unmarshalError(
  pkg: OperatorPackage,
  key: string,
  issues: readonly Issue[],
  originOf: (issue: Issue) => number | undefined = () => undefined,
): RenderError {
  const file = `templates/${key}`;
  const lines = issues.map((issue) => {
    const origin = originOf(issue);
    const head = `${pkg.name}/${file}${origin === undefined ? "" : `:${origin}`}: ${issue.message}${placeIn(issue)}`;
    const shown = origin === undefined ? undefined : lineAt(pkg.templates.get(key) ?? "", origin);
    return shown === undefined ? head : `${head}\n${shown}`;
  });
  const [first] = issues;
  const line = first && originOf(first);
  return new RenderError("ResourceUnmarshalError", lines.join("\n"), {
    location: { file, ...(line !== undefined && { line }) },
  });
}

function placeIn({ line, column }: Issue): string {
  if (line === undefined) return "";
  return ` (line ${line}${column === undefined ? "" : `:${column}`} of the rendered text)`;
}
