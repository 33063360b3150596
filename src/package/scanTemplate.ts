import { textOf } from "../template/goString.ts";
import type { CommandNode, ListNode, Node, Operand, PipeNode, Tree } from "../template/node.ts";

/** One use of something by a template. `pos` is the place of the node, for `Template.locate`. */
export type TemplateUse =
  /** `.Params.NAME`, or `index .Params "NAME"` (lenient: a missing one is no error). */
  | { readonly kind: "parameter"; readonly name: string; readonly isLenient: boolean; readonly pos: number }
  | { readonly kind: "pipe"; readonly name: string; readonly pos: number }
  /** A name at the top of the data, `.Name`. */
  | { readonly kind: "variable"; readonly name: string; readonly pos: number }
  /** The map of parameters as a whole: every parameter may be used. */
  | { readonly kind: "allParameters"; readonly pos: number }
  | { readonly kind: "undefinedTemplate"; readonly name: string; readonly pos: number };

/**
 * Lists what a template uses, as far as it can be told without running it.
 *
 * What dot and each variable hold is followed through with, range, assignments and calls of defined templates, so
 * that a field of a loop's element is not taken for a name at the top. A template that nothing calls is not looked
 * at, since it never runs.
 */
export function scanTemplate(name: string, trees: ReadonlyMap<string, Tree>): readonly TemplateUse[] {
  const uses: TemplateUse[] = [];
  const scan: Scan = { trees, uses, visited: new Set(), reassigned: new Set() };
  callTree(scan, name, "root");
  return uses;
}

/** What a value is known to be: the data itself, one of its two maps, or anything else. */
type Known = "root" | "params" | "pipes" | "other";

interface Scan {
  readonly trees: ReadonlyMap<string, Tree>;
  readonly uses: TemplateUse[];
  /** `name:dot` of the trees walked; also what ends a recursion. */
  readonly visited: Set<string>;
  /** Variables changed with `=`, perhaps in a branch that does not run: nothing is known of them any more. */
  readonly reassigned: Set<string>;
}

interface Scope {
  readonly dot: Known;
  /** `$` and the variables in sight. */
  readonly variables: Map<string, Known>;
}

function callTree(scan: Scan, name: string, dot: Known): void {
  const tree = scan.trees.get(name);
  const key = `${dot}:${name}`;
  if (!tree || scan.visited.has(key)) return;
  scan.visited.add(key);
  walkList(scan, tree.root, { dot, variables: new Map([["$", dot]]) });
}

function walkList(scan: Scan, list: ListNode | undefined, outer: Scope): void {
  const scope = { dot: outer.dot, variables: new Map(outer.variables) };
  for (const node of list?.nodes ?? []) walkNode(scan, node, scope);
}

function walkNode(scan: Scan, node: Node, scope: Scope): void {
  switch (node.kind) {
    case "action":
      evaluate(scan, node.pipe, scope);
      return;
    case "if":
    case "with": {
      const inner = { dot: scope.dot, variables: new Map(scope.variables) };
      const value = evaluate(scan, node.pipe, inner);
      walkList(scan, node.list, node.kind === "with" ? { ...inner, dot: value } : inner);
      walkList(scan, node.elseList, inner);
      return;
    }
    case "range": {
      const inner = { dot: scope.dot, variables: new Map(scope.variables) };
      const value = evaluate(scan, node.pipe, inner);
      if (value === "params") scan.uses.push({ kind: "allParameters", pos: node.pipe.pos });
      for (const { name } of node.pipe.declarations) inner.variables.set(name, "other");
      walkList(scan, node.list, { ...inner, dot: "other" });
      walkList(scan, node.elseList, { dot: scope.dot, variables: inner.variables });
      return;
    }
    case "template": {
      const value = node.pipe ? evaluate(scan, node.pipe, scope) : "other";
      if (scan.trees.has(node.name)) callTree(scan, node.name, value);
      else scan.uses.push({ kind: "undefinedTemplate", name: node.name, pos: node.pos });
      return;
    }
    default:
      return;
  }
}

/** Walks a pipeline, binds what it declares, and says what its value is known to be. */
function evaluate(scan: Scan, pipe: PipeNode, scope: Scope): Known {
  let value: Known = "other";
  pipe.commands.forEach((command, index) => {
    value = evaluateCommand(scan, command, scope, index > 0 ? value : undefined);
  });
  for (const { name } of pipe.declarations) {
    if (pipe.isAssign) scan.reassigned.add(name);
    scope.variables.set(name, value);
  }
  return value;
}

/** @param piped  what the stage before hands over; `undefined` in the first stage */
function evaluateCommand(scan: Scan, command: CommandNode, scope: Scope, piped: Known | undefined): Known {
  const [first, ...rest] = command.args;
  if (!first) return "other";
  if (first.kind === "identifier") {
    if (first.name === "index" && piped === undefined && evaluateIndex(scan, rest, scope)) return "other";
    const values = rest.map((operand) => evaluateOperand(scan, operand, scope));
    if (piped !== undefined) values.push(piped);
    if (values.includes("params")) scan.uses.push({ kind: "allParameters", pos: command.pos });
    return "other";
  }
  const value = evaluateOperand(scan, first, scope);
  for (const operand of rest) evaluateOperand(scan, operand, scope);
  return value;
}

/** `index .Params "NAME" …` uses that parameter; true when the call was such a one. */
function evaluateIndex(scan: Scan, args: readonly Operand[], scope: Scope): boolean {
  const [target, key, ...rest] = args;
  if (!target || key?.kind !== "string") return false;
  const before = scan.uses.length;
  if (evaluateOperand(scan, target, scope) !== "params") {
    scan.uses.length = before;
    return false;
  }
  scan.uses.push({ kind: "parameter", name: textOf(key.value), isLenient: true, pos: key.pos });
  for (const operand of rest) evaluateOperand(scan, operand, scope);
  return true;
}

function evaluateOperand(scan: Scan, operand: Operand, scope: Scope): Known {
  switch (operand.kind) {
    case "dot":
      return scope.dot;
    case "field":
      return select(scan, scope.dot, operand.names, operand.pos);
    case "variable":
      return select(scan, variable(scan, operand.name, scope), operand.fields, operand.pos);
    case "chain":
      return select(scan, evaluateOperand(scan, operand.operand, scope), operand.names, operand.pos);
    case "pipe":
      return evaluate(scan, operand, { dot: scope.dot, variables: scope.variables });
    default:
      return "other";
  }
}

function variable(scan: Scan, name: string, scope: Scope): Known {
  return scan.reassigned.has(name) ? "other" : (scope.variables.get(name) ?? "other");
}

/** Follows fields from a value, and notes what they use. */
function select(scan: Scan, from: Known, names: readonly string[], pos: number): Known {
  const [first, ...rest] = names;
  if (first === undefined || from === "other") return from;
  if (from === "root") {
    scan.uses.push({ kind: "variable", name: first, pos });
    const known: Known = first === "Params" ? "params" : first === "Pipes" ? "pipes" : "other";
    return select(scan, known, rest, pos);
  }
  if (from === "params") scan.uses.push({ kind: "parameter", name: first, isLenient: false, pos });
  else scan.uses.push({ kind: "pipe", name: first, pos });
  return "other";
}
