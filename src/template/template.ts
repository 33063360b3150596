import { compileTree, type Run } from "./compileTree.ts";
import { type ExecuteOptions, Execution } from "./execution.ts";
import { BUILTINS } from "./functions/builtins.ts";
import { type GoFunctions, LimitError } from "./goFunction.ts";
import { bytesOf, textOf } from "./goString.ts";
import type { GoValue } from "./goValue.ts";
import { CALL_WORK, MAX_TEMPLATE_BYTES } from "./limits.ts";
import type { Tree } from "./node.ts";
import { parseTrees } from "./parser.ts";
import { stepWork } from "./stepWork.ts";
import { positionAt, TemplateParseError, type TemplatePosition } from "./templateError.ts";

/** A parsed template file with all that it defines, ready to execute any number of times. */
export interface Template {
  readonly name: string;
  /** By name: the file's own tree under its name, and each `{{define}}` and `{{block}}`. */
  readonly trees: ReadonlyMap<string, Tree>;
  /**
   * Renders the file's own tree.
   *
   * @param data    becomes dot and `$`; functions such as `set` change it, so pass a fresh one each time
   * @throws TemplateExecError
   */
  execute(data: GoValue, options?: ExecuteOptions): string;
  /** Line and column of a node. */
  locate(node: { readonly pos: number }): TemplatePosition;
}

/**
 * Parses a template as Go 1.26's text/template does with the option missingkey=error, and compiles it.
 *
 * @param functions  what the template may call besides Go's own functions, by name
 * @param rewrite    changes each tree before it is compiled
 * @throws TemplateParseError
 */
export function parseTemplate(
  name: string,
  text: string,
  functions: GoFunctions,
  rewrite: (tree: Tree) => Tree = (tree) => tree,
): Template {
  const bytes = bytesOf(text);
  if (bytes.length > MAX_TEMPLATE_BYTES) throw tooLarge(name);
  const trees = parseTrees(name, bytes, {
    has: (word) => functions.has(word) || BUILTINS.has(word),
    all: () => [...BUILTINS.keys(), ...functions.keys()],
  });
  const compiled = new Map<string, Run>();
  const scope = { functions, builtins: BUILTINS, trees: compiled };
  for (const tree of trees.values()) {
    const rewritten = rewrite(tree);
    compiled.set(tree.name, charged(rewritten, compileTree(rewritten.root, scope)));
  }
  const main = compiled.get(name);
  return {
    name,
    trees,
    execute: (data, options = {}) => {
      const x = new Execution({ name, bytes }, data ?? undefined, options);
      try {
        if (main !== undefined) run(main, data ?? undefined, x);
      } finally {
        if (options.budget) options.budget.left -= x.work;
      }
      return textOf(x.output);
    },
    locate: ({ pos }) => positionAt(bytes, pos),
  };
}

/** A tree that accounts for its steps each time it is executed. */
function charged({ root }: Tree, run: Run): Run {
  const work = CALL_WORK + stepWork(root);
  return (dot, x) => {
    x.charge(work);
    return run(dot, x);
  };
}

function tooLarge(name: string): TemplateParseError {
  const message = `template: ${name}:1: the template is larger than ${MAX_TEMPLATE_BYTES} bytes`;
  return new TemplateParseError(message, name, { line: 1, column: 1 });
}

function run(main: Run, data: GoValue, x: Execution): void {
  try {
    main(data, x);
  } catch (error) {
    if (error instanceof LimitError) x.fail(error.message, error);
    if (error instanceof RangeError) x.fail("values or calls are nested too deeply", error);
    throw error;
  }
}
