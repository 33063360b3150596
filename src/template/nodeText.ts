import { assertNever } from "../base/assertNever.ts";
import { bytesOf } from "./goString.ts";
import type { CommandNode, Operand, PipeNode, TemplateNode } from "./node.ts";
import { quote } from "./quote.ts";

/**
 * A node as Go writes it in messages (byte string): `.Params.X`, `index .L 5`, `$x | trim`.
 *
 * @see Go 1.26 text/template/parse/node.go, the String methods
 */
export function nodeText(node: Operand | CommandNode | TemplateNode): string {
  switch (node.kind) {
    case "command":
      return node.args.map(wordText).join(" ");
    case "template":
      return `{{template ${quote(bytesOf(node.name))}${node.pipe ? ` ${nodeText(node.pipe)}` : ""}}}`;
    case "pipe":
      return pipeText(node);
    case "chain":
      return `${wordText(node.operand)}${dotted(node.names)}`;
    case "field":
      return dotted(node.names);
    case "variable":
      return bytesOf(node.name) + dotted(node.fields);
    case "identifier":
      return bytesOf(node.name);
    case "dot":
      return ".";
    case "nil":
      return "nil";
    case "bool":
      return String(node.value);
    case "number":
      return node.text;
    case "string":
      return node.quoted;
    default:
      return assertNever(node);
  }
}

/** An operand as a word of a command: a pipeline stands in parentheses there. */
function wordText(operand: Operand): string {
  return operand.kind === "pipe" ? `(${pipeText(operand)})` : nodeText(operand);
}

function pipeText(pipe: PipeNode): string {
  const names = pipe.declarations.map(nodeText).join(", ");
  const head = names === "" ? "" : `${names} ${pipe.isAssign ? "=" : ":="} `;
  return head + pipe.commands.map(nodeText).join(" | ");
}

function dotted(names: readonly string[]): string {
  return names.map((name) => `.${bytesOf(name)}`).join("");
}
