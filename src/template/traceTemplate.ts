import type { ExecuteOptions } from "./execution.ts";
import type { GoFunctions } from "./goFunction.ts";
import type { GoValue } from "./goValue.ts";
import type { ListNode, Node, TextNode, Tree } from "./node.ts";
import { parseTemplate } from "./template.ts";

/** The output of a template with where in the template it came from. */
export interface TracedOutput {
  readonly text: string;
  /** Line of the template, from 1, that wrote what stands at an offset of the text. */
  readonly lineAt: (offset: number) => number;
  /** The same for a line and a column of the text, both from 1. */
  readonly originOf: (line: number, column: number) => number;
}

/**
 * Executes a template and follows its output back: text to its line, what an action prints to the action.
 *
 * Marks go into the text of the trees and are taken out of the output again. No function ever sees text between
 * actions, so the marks change nothing else; templates that nobody traces are compiled without them.
 *
 * @throws TemplateError
 */
export function traceTemplate(
  name: string,
  text: string,
  functions: GoFunctions,
  data: GoValue,
  options: ExecuteOptions,
): TracedOutput {
  const template = parseTemplate(
    name,
    text,
    functions,
    (tree): Tree => ({ ...tree, root: markList(tree.root) }),
  );
  return withoutMarks(template.execute(data, options), (pos) => template.locate({ pos }).line);
}

const MARK = "\0";

function mark(pos: number): string {
  return `${MARK}${pos}${MARK}`;
}

function markList(list: ListNode): ListNode {
  return { ...list, nodes: list.nodes.flatMap(markNode) };
}

function markNode(node: Node): readonly Node[] {
  switch (node.kind) {
    case "text":
      return [{ ...node, text: markLines(node) }];
    case "action":
      // An assignment prints nothing; its mark gives way to that of what follows.
      return [{ kind: "text", pos: node.pos, text: mark(node.pos) }, node];
    case "if":
    case "with":
    case "range":
      return [{ ...node, list: markList(node.list), elseList: node.elseList && markList(node.elseList) }];
    default:
      return [node];
  }
}

function markLines({ pos, text }: TextNode): string {
  let at = pos;
  return text
    .split(/(?<=\n)/)
    .map((line) => {
      const marked = mark(at) + line;
      at += line.length;
      return marked;
    })
    .join("");
}

function withoutMarks(marked: string, lineOf: (pos: number) => number): TracedOutput {
  let text = "";
  const origins: { readonly offset: number; readonly pos: number }[] = [];
  for (const [index, part] of marked.split(/\0(\d+)\0/).entries()) {
    if (index % 2 === 0) text += part;
    else origins.push({ offset: text.length, pos: Number(part) });
  }
  const lineAt = (offset: number): number =>
    lineOf(origins.findLast((origin) => origin.offset <= offset)?.pos ?? 0);
  return { text, lineAt, originOf: (line, column) => lineAt(offsetOf(text, line, column)) };
}

function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let i = 1; i < line; i++) start = text.indexOf("\n", start) + 1;
  return start + column - 1;
}
