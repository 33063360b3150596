import { assertNever } from "../base/assertNever.ts";
import { compilePipe, type Scope } from "./compilePipe.ts";
import type { Evaluate } from "./evaluate.ts";
import type { Execution } from "./execution.ts";
import { formatStruct, PLAIN } from "./formatValue.ts";
import { bytesOf } from "./goString.ts";
import {
  GoList,
  GoMap,
  GoStruct,
  type GoValue,
  INTERFACE,
  type Int,
  intIn,
  isTruthy,
  SizedInt,
} from "./goValue.ts";
import { CALL_WORK } from "./limits.ts";
import type { IfNode, ListNode, Node, RangeNode, TemplateNode, WithNode } from "./node.ts";
import { printedText, valueText } from "./print.ts";
import { quote } from "./quote.ts";
import { stepWork } from "./stepWork.ts";

/** How a node ended: going on, or on its way out to the loop. */
type Signal = "next" | "break" | "continue";

/** Executes a node: writes output, returns how it ended. */
export type Run = (dot: GoValue, x: Execution) => Signal;

/** What a tree is compiled with; `trees` holds the compiled trees of the file, also those not compiled yet. */
export interface TreeScope extends Scope {
  readonly trees: ReadonlyMap<string, Run>;
}

/** Compiles a list of nodes. @see Go 1.26 text/template/exec.go, walk */
export function compileTree(list: ListNode, scope: TreeScope): Run {
  const steps = list.nodes.map((node) => compileNode(node, scope));
  const count = steps.length;
  const [only] = steps;
  if (only !== undefined && count === 1) return only;
  return (dot, x) => {
    for (let i = 0; i < count; i++) {
      const signal = steps[i]?.(dot, x) ?? "next";
      if (signal !== "next") return signal;
    }
    return "next";
  };
}

function compileNode(node: Node, scope: TreeScope): Run {
  switch (node.kind) {
    case "text":
      return (_dot, x) => {
        x.write(node.text);
        return "next";
      };
    case "action":
      return compileAction(compilePipe(node.pipe, scope), node.pipe.declarations.length === 0);
    case "if":
    case "with":
      return compileBranch(node, scope);
    case "range":
      return compileRange(node, scope);
    case "template":
      return compileTemplate(node, scope);
    case "break":
    case "continue": {
      const { kind } = node;
      return () => kind;
    }
    default:
      return assertNever(node);
  }
}

function compileAction(evaluate: Evaluate, isPrinted: boolean): Run {
  return (dot, x) => {
    const value = evaluate(dot, x);
    if (!isPrinted) return "next";
    x.chargeDeep(value);
    x.write(printedText(value));
    return "next";
  };
}

function compileBranch(node: IfNode | WithNode, scope: TreeScope): Run {
  const condition = compilePipe(node.pipe, scope);
  const list = compileTree(node.list, scope);
  const elseList = node.elseList && compileTree(node.elseList, scope);
  const setsDot = node.kind === "with";
  return (dot, x) => {
    const known = x.values.length;
    const value = condition(dot, x);
    let signal: Signal = "next";
    if (!isTruthy(value)) signal = elseList ? elseList(dot, x) : "next";
    else if (setsDot) signal = withDot(x, value, false, list);
    else signal = list(dot, x);
    x.pop(known);
    return signal;
  };
}

function withDot(x: Execution, dot: GoValue, inInterface: boolean, list: Run): Signal {
  const outer = x.dotInInterface;
  x.dotInInterface = inInterface;
  const signal = list(dot, x);
  x.dotInInterface = outer;
  return signal;
}

/** Runs the body for one element; true when the loop is to end. */
type Turn = (x: Execution, index: GoValue, element: GoValue, inInterface: boolean) => boolean;

function compileRange(node: RangeNode, scope: TreeScope): Run {
  const collection = compilePipe(node.pipe, scope);
  const turn = compileTurn(node, scope);
  const elseList = node.elseList && compileTree(node.elseList, scope);
  const variables = node.pipe.declarations.length;
  return (dot, x) => {
    const known = x.values.length;
    const value = collection(dot, x);
    const isEmpty = !rangeOver(x, value, variables, turn);
    const signal = isEmpty && elseList ? elseList(dot, x) : "next";
    x.pop(known);
    return signal === "break" ? "next" : signal; // `break` in `else` ends this loop, `continue` goes on with the outer
  };
}

function compileTurn(node: RangeNode, scope: TreeScope): Turn {
  const list = compileTree(node.list, scope);
  const { isAssign, declarations } = node.pipe;
  const [first, second] = declarations.map(({ name }) => name);
  const work = stepWork(node.list);
  return (x, index, element, inInterface) => {
    x.node = node.pipe;
    x.countIteration(work);
    const known = x.values.length;
    if (isAssign) {
      if (first !== undefined && second === undefined) x.assign(first, element, inInterface);
      if (first !== undefined && second !== undefined) {
        x.assign(first, index);
        x.assign(second, element, inInterface);
      }
    } else if (first !== undefined) {
      x.values[known - 1] = element;
      x.inInterface[known - 1] = inInterface;
      if (second !== undefined) x.values[known - 2] = index;
    }
    const signal = withDot(x, element, inInterface, list);
    x.pop(known);
    return signal === "break";
  };
}

/** True when there was anything to go over. */
function rangeOver(x: Execution, value: GoValue, variables: number, turn: Turn): boolean {
  if (value instanceof GoList) return rangeOverList(x, value, turn);
  if (value instanceof GoMap) return rangeOverMap(x, value, turn);
  if (value === undefined) return false;
  const count = intIn(value);
  if (count === undefined) return x.fail(`range can't iterate over ${targetText(value)}`);
  if (variables > 1) {
    return x.fail(`can't use ${valueText(value)} to iterate over more than one variable`);
  }
  return rangeOverInt(x, value, count, turn);
}

function rangeOverList(x: Execution, list: GoList, turn: Turn): boolean {
  const inInterface = list.element === INTERFACE;
  const { items } = list;
  for (let i = 0; i < items.length; i++) {
    if (turn(x, i, items[i], inInterface)) break;
  }
  return items.length > 0;
}

function rangeOverMap(x: Execution, map: GoMap, turn: Turn): boolean {
  const inInterface = map.element === INTERFACE;
  x.charge(map.size * CALL_WORK);
  const keys = map.keys();
  const items = keys.map((key) => map.get(key)); // before a turn changes the map
  for (let i = 0; i < keys.length; i++) {
    if (turn(x, keys[i], items[i], inInterface)) break;
  }
  return keys.length > 0;
}

/** The elements have the type of the count; the index is no value. */
function rangeOverInt(x: Execution, value: GoValue, count: Int, turn: Turn): boolean {
  for (let i = 0; i < count; i++) {
    if (turn(x, undefined, intLike(value, i), false)) break;
  }
  return count > 0;
}

/** A value as `%v` writes it, a pointer as the fields that it points to. */
function targetText(value: GoValue): string {
  const isPointer = value instanceof GoStruct && value.type.kind === "ptr";
  return isPointer ? formatStruct(value, "v", PLAIN).replace(/^&/, "") : valueText(value);
}

/** An integer of the type of another. */
function intLike(value: GoValue, int: number): GoValue {
  if (value instanceof SizedInt) return new SizedInt(value.type, int);
  return value instanceof GoStruct ? value.like(int) : int;
}

function compileTemplate(node: TemplateNode, scope: TreeScope): Run {
  const evaluate: Evaluate = node.pipe ? compilePipe(node.pipe, scope) : () => undefined;
  return (dot, x) => {
    x.node = node;
    const tree = scope.trees.get(node.name);
    if (tree === undefined) {
      const unknown = { kind: "template", name: node.name, candidates: [...scope.trees.keys()] } as const;
      return x.fail(`template ${quote(bytesOf(node.name))} not defined`, undefined, { unknown });
    }
    if (x.depth >= x.limits.depth) return x.fail(`exceeded maximum template depth (${x.limits.depth})`);
    const data = evaluate(dot, x);
    callTree(x, node, tree, data);
    return "next";
  };
}

/** A template sees no variable of its caller but `$`, which is its own data. */
function callTree(x: Execution, node: TemplateNode, tree: Run, data: GoValue): void {
  const { names, values, inInterface, tree: caller, caller: outer } = x;
  x.names = ["$"];
  x.values = [data];
  x.inInterface = [false];
  x.tree = node.name;
  x.caller = { node, outer };
  x.depth++;
  withDot(x, data, false, tree);
  x.depth--;
  x.names = names;
  x.values = values;
  x.inInterface = inInterface;
  x.tree = caller;
  x.caller = outer;
}
