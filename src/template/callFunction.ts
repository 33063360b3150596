import type { Evaluate } from "./evaluate.ts";
import { type Execution, sizeOf } from "./execution.ts";
import { costOf, type FunctionCost } from "./functionCost.ts";
import { GoError, type GoFunction, type ParamType, VALUE, variadic } from "./goFunction.ts";
import { bytesOf } from "./goString.ts";
import { type GoValue, INTERFACE, typeName } from "./goValue.ts";
import type { CommandNode, IdentifierNode, Operand } from "./node.ts";
import { nodeText } from "./nodeText.ts";

/** A call as the template has it: `node` is what an error of the function points at. */
export interface FunctionCall {
  readonly name: IdentifierNode;
  readonly node: CommandNode | IdentifierNode;
  readonly called: GoFunction;
  readonly args: readonly Evaluate[];
  /** The type of the value from the stage before, when there is one. */
  readonly finalType: ParamType<unknown> | undefined;
}

/** Evaluates the arguments, then calls. */
export function compileFunctionCall({ name, node, called, args, finalType }: FunctionCall): Evaluate {
  const count = args.length;
  const cost = costOf(name.name);
  return (dot, x, final) => {
    x.node = name;
    const values: GoValue[] = [];
    for (let i = 0; i < count; i++) values.push(args[i]?.(dot, x));
    if (finalType !== undefined) values.push(validate(x, final, finalType, name));
    x.charge(cost.reach === "constant" ? cost.call : cost.call + cost.factor * workOf(x, values, cost));
    return call(x, called, values, name, node, cost);
  };
}

/** What the arguments of a call count. */
function workOf(x: Execution, values: readonly GoValue[], { reach }: FunctionCost): number {
  let work = 0;
  for (const value of values) {
    if (typeof value === "string") work += value.length;
    else if (typeof value === "object") work += reach === "deep" ? x.weigh(value) : sizeOf(value);
  }
  return work;
}

function call(
  x: Execution,
  called: GoFunction,
  values: readonly GoValue[],
  name: IdentifierNode,
  node: CommandNode | IdentifierNode,
  cost: FunctionCost,
): GoValue {
  try {
    if (cost.reach === "deep") x.onCall?.(name.pos);
    const result = called.call(values, x);
    if (cost.reach !== "constant") x.checkSize(result, cost.factor);
    return result;
  } catch (error) {
    x.node = node;
    if (error instanceof GoError)
      return x.fail(`error calling ${bytesOf(name.name)}: ${error.message}`, error);
    throw error;
  }
}

/** Go's `call`: no value of ours is a function, and the message names what was called. */
export function callBuiltin(callee: Operand | undefined): GoFunction {
  return variadic([VALUE], VALUE, ([value]) => {
    if (value === undefined || value === null) throw new GoError("call of nil");
    const shown = callee === undefined ? calleeText(value) : nodeText(callee);
    throw new GoError(`non-function ${shown} of type ${typeName(value)}`);
  });
}

function calleeText(value: GoValue): string {
  return typeof value === "string" ? value : `<${typeName(value)} Value>`;
}

/** Go's words when a function is given too few or too many arguments. */
export function argumentCountProblem(
  called: GoFunction,
  name: string,
  given: number,
  hasFinal: boolean,
): string | undefined {
  const fixed = called.params.length;
  const count = given + (hasFinal ? 1 : 0);
  if (called.rest === undefined) {
    return count === fixed ? undefined : `wrong number of args for ${name}: want ${fixed} got ${count}`;
  }
  return count >= fixed ? undefined : `wrong number of args for ${name}: want at least ${fixed} got ${given}`;
}

/**
 * The value as the parameter takes it.
 *
 * @param mark  what to show, when it is not the node that Go points at
 * @see Go 1.26 text/template/exec.go, validateType
 */
export function validate(
  x: Execution,
  value: GoValue,
  type: ParamType<unknown>,
  mark?: IdentifierNode,
): GoValue {
  const about = mark && { mark };
  if (value === undefined) {
    return type.nil === undefined
      ? x.fail(`invalid value; expected ${type.name}`, undefined, about)
      : type.nil.value;
  }
  if (type.accepts(value)) return value;
  const given = value === null ? INTERFACE : typeName(value);
  return x.fail(`wrong type for value; expected ${type.name}; got ${given}`, undefined, about);
}
