import { STEP_WORK } from "./limits.ts";
import type { ListNode, Node, Operand, PipeNode } from "./node.ts";

/**
 * Units of work for going through a list of nodes once, every branch and loop in it counted as taken once. What a loop
 * or a template does again is counted when it does.
 */
export function stepWork(list: ListNode): number {
  return STEP_WORK * (1 + stepsOf(list));
}

function stepsOf(list: ListNode | undefined): number {
  let steps = 0;
  for (const node of list?.nodes ?? []) steps += stepsOfNode(node);
  return steps;
}

function stepsOfNode(node: Node): number {
  switch (node.kind) {
    case "action":
      return 1 + wordsOf(node.pipe);
    case "template":
      return 1 + (node.pipe ? wordsOf(node.pipe) : 0);
    case "if":
    case "with":
    case "range":
      return 1 + wordsOf(node.pipe) + stepsOf(node.list) + stepsOf(node.elseList);
    default:
      return 1;
  }
}

function wordsOf({ commands }: PipeNode): number {
  let words = 0;
  for (const { args } of commands) for (const arg of args) words += wordsOfOperand(arg);
  return words;
}

function wordsOfOperand(operand: Operand): number {
  switch (operand.kind) {
    case "pipe":
      return wordsOf(operand);
    case "chain":
      return operand.names.length + wordsOfOperand(operand.operand);
    case "field":
      return operand.names.length;
    case "variable":
      return 1 + operand.fields.length;
    default:
      return 1;
  }
}
