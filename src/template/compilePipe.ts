import { fieldIndex } from "./errorPlace.ts";
import type { Execution } from "./execution.ts";
import { sizeOf } from "./execution.ts";
import { costOf, type FunctionCost } from "./functionCost.ts";
import type { GoFunction, GoFunctions, ParamType } from "./goFunction.ts";
import { GoError, VALUE, variadic } from "./goFunction.ts";
import { bytesOf } from "./goString.ts";
import {
  Complex128,
  Float64,
  GoMap,
  GoStruct,
  type GoValue,
  INTERFACE,
  isTruthy,
  SizedInt,
  type StructMethod,
  typeName,
  wrapInt,
} from "./goValue.ts";
import { CALL_WORK } from "./limits.ts";
import type { ChainNode, CommandNode, IdentifierNode, NumberNode, Operand, PipeNode } from "./node.ts";
import { nodeText } from "./nodeText.ts";
import { quote } from "./quote.ts";

/** Computes a value from the dot. */
export type Evaluate = (dot: GoValue, x: Execution) => GoValue;

/** One stage of a pipeline; `final` is the value of the stage before. */
type Stage = (dot: GoValue, x: Execution, final: GoValue) => GoValue;

/** The functions of a template: its own first, then Go's. */
export interface Scope {
  readonly functions: GoFunctions;
  readonly builtins: GoFunctions;
}

/**
 * Compiles a pipeline. What it declares or assigns happens in the execution's variables, which the caller pops.
 *
 * The closures set `x.node` exactly where Go does, since that is where its messages point.
 *
 * @see Go 1.26 text/template/exec.go, evalPipeline
 */
export function compilePipe(pipe: PipeNode, scope: Scope): Evaluate {
  const stages = pipe.commands.map((command, index) => compileCommand(command, index > 0, scope));
  const evaluate = compileStages(pipe, stages);
  if (pipe.declarations.length === 0) return evaluate;
  const names = pipe.declarations.map(({ name }) => name);
  return (dot, x) => {
    const value = evaluate(dot, x);
    for (const name of names) {
      if (pipe.isAssign) x.assign(name, value);
      else x.push(name, value);
    }
    return value;
  };
}

function compileStages(pipe: PipeNode, stages: readonly Stage[]): Evaluate {
  const [first, ...rest] = stages;
  if (first === undefined) return () => undefined;
  if (rest.length === 0) {
    return (dot, x) => {
      x.node = pipe;
      return first(dot, x, undefined) ?? undefined;
    };
  }
  return (dot, x) => {
    x.node = pipe;
    let value = first(dot, x, undefined) ?? undefined;
    for (const stage of rest) value = stage(dot, x, value) ?? undefined;
    return value;
  };
}

function compileCommand(command: CommandNode, hasFinal: boolean, scope: Scope): Stage {
  const [word, ...args] = command.args;
  if (word === undefined) return () => undefined;
  const hasArguments = args.length > 0 || hasFinal;
  switch (word.kind) {
    case "field":
      return compileField(word, { args, hasFinal, scope });
    case "chain":
      return compileChain(word, { args, hasFinal, scope });
    case "identifier":
      return compileCall(word, command, args, hasFinal, scope);
    case "variable":
      return compileVariable(word, { args, hasFinal, scope });
    case "pipe": {
      if (hasArguments) return notAFunction(word, false);
      return compilePipe(word, scope);
    }
    default:
      return hasArguments ? notAFunction(word, true) : compileLiteral(word);
  }
}

function notAFunction(word: Operand, isMarked: boolean): Stage {
  return (_dot, x) => {
    if (isMarked) x.node = word;
    return x.fail(`can't give argument to non-function ${nodeText(word)}`);
  };
}

type Literal = Extract<Operand, { kind: "dot" | "nil" | "bool" | "number" | "string" }>;

function compileLiteral(word: Literal): Evaluate {
  if (word.kind === "dot") {
    return (dot, x) => {
      x.node = word;
      return dot;
    };
  }
  if (word.kind === "nil") return failing(word, "nil is not a command");
  return compileConstant(word);
}

/** A literal where its type is not known: the way it is written decides. */
function compileConstant(word: Exclude<Literal, { kind: "dot" | "nil" }>): Evaluate {
  const value = word.kind === "number" ? idealConstant(word) : word.value;
  if (value === undefined) return failing(word, `${nodeText(word)} overflows int`);
  return (_dot, x) => {
    x.node = word;
    return value;
  };
}

function idealConstant({ text, complex, float, int }: NumberNode): GoValue {
  if (complex !== undefined) return new Complex128(...complex);
  const isHex = /^0[xX]/.test(text) && text.length > 2 && !/[pP]/.test(text);
  const isFloat = !isHex && !text.startsWith("'") && /[.eEpP]/.test(text);
  if (float !== undefined && isFloat) return new Float64(float);
  return int === undefined ? undefined : wrapInt(int);
}

function failing(node: Operand, message: string): Evaluate {
  return (_dot, x) => {
    x.node = node;
    return x.fail(message);
  };
}

/** What comes after a word that may be a method. */
interface Given {
  readonly args: readonly Operand[];
  readonly hasFinal: boolean;
  readonly scope: Scope;
}

function compileField(word: Extract<Operand, { kind: "field" }>, given: Given): Stage {
  const read = compileFields(word, word.names, given);
  return (dot, x, final) => {
    x.node = word;
    return read(dot, x, x.dotInInterface, dot, final);
  };
}

function compileVariable(word: Extract<Operand, { kind: "variable" }>, given: Given): Stage {
  const { name } = word;
  if (word.fields.length > 0) {
    const read = compileFields(word, word.fields, given);
    return (dot, x, final) => {
      x.node = word;
      const index = x.find(name);
      return read(x.values[index], x, x.inInterface[index] ?? false, dot, final);
    };
  }
  const hasArguments = given.args.length > 0 || given.hasFinal;
  return (_dot, x) => {
    x.node = word;
    const value = x.values[x.find(name)];
    return hasArguments ? x.fail(`can't give argument to non-function ${nodeText(word)}`) : value;
  };
}

function compileChain(chain: ChainNode, given: Given): Stage {
  const read = compileFields(chain, chain.names, given);
  const operand = compileOperand(chain.operand, given.scope);
  return (dot, x, final) => {
    x.node = chain;
    return read(operand(dot, x), x, false, dot, final);
  };
}

/** An operand that is neither a literal nor given to a parameter. */
function compileOperand(operand: Operand, scope: Scope): Evaluate {
  const evaluate = compileWord(operand, scope);
  return (dot, x) => {
    x.node = operand;
    return evaluate(dot, x);
  };
}

function compileWord(operand: Operand, scope: Scope): Evaluate {
  const alone: Given = { args: [], hasFinal: false, scope };
  switch (operand.kind) {
    case "field":
      return withoutFinal(compileField(operand, alone));
    case "variable":
      return withoutFinal(compileVariable(operand, alone));
    case "pipe":
      return compilePipe(operand, scope);
    case "identifier":
      return withoutFinal(compileCall(operand, operand, [], false, scope));
    case "chain":
      return withoutFinal(compileChain(operand, alone));
    default:
      return compileLiteral(operand);
  }
}

function withoutFinal(stage: Stage): Evaluate {
  return (dot, x) => stage(dot, x, undefined);
}

type ReadFields = (
  receiver: GoValue,
  x: Execution,
  inInterface: boolean,
  dot: GoValue,
  final: GoValue,
) => GoValue;

/** `.A.B` of a value; only the last one takes arguments, when it is a method. */
function compileFields(node: Operand, names: readonly string[], given: Given): ReadFields {
  const keys = names.map(bytesOf);
  const last = keys.length - 1;
  const hasArguments = given.args.length > 0 || given.hasFinal;
  const readMember = compileMember(node, { ...given, args: [], hasFinal: false });
  const readLast = hasArguments ? compileMember(node, given) : readMember;
  return (receiver, x, inInterface, dot, final) => {
    let value = receiver;
    let boxed = inInterface;
    for (let i = 0; i <= last; i++) {
      const key = keys[i] ?? "";
      if (value instanceof GoStruct) {
        value = (i === last ? readLast : readMember)(value, key, boxed, dot, x, final);
        boxed = false;
        continue;
      }
      if (!(value instanceof GoMap)) return failField(x, value, i, fieldError(value, key, boxed));
      if (hasArguments && i === last) return x.fail(`${key} is not a method but has arguments`);
      boxed = value.element === INTERFACE;
      const entry: GoValue = value.get(key);
      if (entry === undefined) return failField(x, value, i, `map has no entry for key ${quote(key)}`);
      value = entry;
    }
    return value;
  };
}

type ReadMember = (
  receiver: GoStruct,
  key: string,
  inInterface: boolean,
  dot: GoValue,
  x: Execution,
  final: GoValue,
) => GoValue;

/** A field or a method of a struct. @see Go 1.26 text/template/exec.go, evalField */
function compileMember(node: Operand, given: Given): ReadMember {
  const hasArguments = given.args.length > 0 || given.hasFinal;
  const calls = new Map<StructMethod<never>, CallMethod>();
  return (receiver, key, inInterface, dot, x, final) => {
    const { type, value } = receiver;
    const method = type.methods?.get(key);
    if (method !== undefined) {
      let call = calls.get(method);
      if (call === undefined) {
        call = compileMethod(node, key, method, given);
        calls.set(method, call);
      }
      return call(value as never, dot, x, final);
    }
    const field = type.fields.get(key);
    if (field === undefined) {
      if (type.layout?.has(key) === true) {
        return x.fail(`${key} is an unexported field of struct type ${inInterface ? INTERFACE : type.name}`);
      }
      return failField(x, receiver, fieldIndex(node, key), fieldError(receiver, key, inInterface));
    }
    if (hasArguments) return x.fail(`${key} has arguments but cannot be invoked as function`);
    return field(value as never);
  };
}

type CallMethod = (receiver: never, dot: GoValue, x: Execution, final: GoValue) => GoValue;

function compileMethod(node: Operand, name: string, method: StructMethod<never>, given: Given): CallMethod {
  const { args, hasFinal, scope } = given;
  const params = method.params as readonly ParamType<unknown>[];
  const count = args.length + (hasFinal ? 1 : 0);
  if (count !== params.length) {
    return (_receiver, _dot, x) =>
      x.fail(`wrong number of args for ${name}: want ${params.length} got ${count}`);
  }
  const { unfit } = method;
  if (unfit !== undefined) return (_receiver, _dot, x) => x.fail(unfit);
  const evaluators = args.map((arg, index) => compileArgument(arg, params[index] ?? VALUE, scope));
  const finalType = params[args.length] ?? VALUE;
  return (receiver, dot, x, final) => {
    const values = evaluators.map((evaluate) => evaluate(dot, x));
    if (hasFinal) values.push(validate(x, final, finalType));
    x.charge(CALL_WORK);
    try {
      const result = method.call(receiver, values);
      x.checkSize(result);
      return result;
    } catch (error) {
      x.node = node;
      if (error instanceof GoError) return x.fail(`error calling ${name}: ${error.message}`, error);
      throw error;
    }
  };
}

function failField(x: Execution, receiver: GoValue, at: number, message: string): never {
  return x.fail(message, undefined, { field: { at, receiver } });
}

function fieldError(receiver: GoValue, key: string, inInterface: boolean): string {
  if (receiver === undefined) return `nil data; no entry for key ${quote(key)}`;
  if (receiver === null) return `nil pointer evaluating ${INTERFACE}.${key}`;
  return `can't evaluate field ${key} in type ${inInterface ? INTERFACE : typeName(receiver)}`;
}

function compileCall(
  name: IdentifierNode,
  node: CommandNode | IdentifierNode,
  args: readonly Operand[],
  hasFinal: boolean,
  scope: Scope,
): Stage {
  const own = scope.functions.get(name.name);
  const called = own ?? scope.builtins.get(name.name);
  if (called === undefined) return failing(name, `${quote(bytesOf(name.name))} is not a defined function`);
  const problem = argumentCountProblem(called, bytesOf(name.name), args.length, hasFinal);
  if (problem !== undefined) return failing(name, problem);
  if (own === undefined && (name.name === "and" || name.name === "or")) {
    return compileShortCircuit(name, args, hasFinal, scope);
  }
  const target = own === undefined && name.name === "call" ? callBuiltin(args[0]) : called;
  return compileOrdinaryCall(name, node, target, args, hasFinal, scope);
}

/** Go's `call`: no value of ours is a function, and the message names what was called. */
function callBuiltin(callee: Operand | undefined): GoFunction {
  return variadic([VALUE], VALUE, ([value]) => {
    if (value === undefined || value === null) throw new GoError("call of nil");
    const shown = callee === undefined ? calleeText(value) : nodeText(callee);
    throw new GoError(`non-function ${shown} of type ${typeName(value)}`);
  });
}

function calleeText(value: GoValue): string {
  return typeof value === "string" ? value : `<${typeName(value)} Value>`;
}

function argumentCountProblem(
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

function compileOrdinaryCall(
  name: IdentifierNode,
  node: CommandNode | IdentifierNode,
  called: GoFunction,
  args: readonly Operand[],
  hasFinal: boolean,
  scope: Scope,
): Stage {
  const typeAt = (index: number): ParamType<unknown> => called.params[index] ?? called.rest ?? VALUE;
  const evaluators = args.map((arg, index) => compileArgument(arg, typeAt(index), scope));
  const finalType = typeAt(args.length);
  const count = evaluators.length;
  const cost = costOf(name.name);
  return (dot, x, final) => {
    x.node = name;
    const values: GoValue[] = [];
    for (let i = 0; i < count; i++) values.push(evaluators[i]?.(dot, x));
    if (hasFinal) values.push(validate(x, final, finalType));
    x.charge(cost.reach === "constant" ? CALL_WORK : CALL_WORK + cost.factor * workOf(x, values, cost));
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

/** Go's own `and` and `or` evaluate no further than they must. */
function compileShortCircuit(
  name: IdentifierNode,
  args: readonly Operand[],
  hasFinal: boolean,
  scope: Scope,
): Stage {
  const evaluators = args.map((arg) => compileArgument(arg, VALUE, scope));
  const decisive = name.name === "or";
  return (dot, x, final) => {
    x.node = name;
    let value: GoValue;
    for (const evaluate of evaluators) {
      value = evaluate(dot, x);
      if (isTruthy(value) === decisive) return value;
    }
    return hasFinal ? final : value;
  };
}

/** An argument for a parameter of a type. @see Go 1.26 text/template/exec.go, evalArg */
function compileArgument(arg: Operand, type: ParamType<unknown>, scope: Scope): Evaluate {
  switch (arg.kind) {
    case "nil": {
      const { nil } = type;
      if (nil === undefined) return failing(arg, `cannot assign nil to ${type.name}`);
      return (_dot, x) => {
        x.node = arg;
        return nil.value;
      };
    }
    case "bool":
    case "number":
    case "string":
      return compileTypedConstant(arg, type);
    default: {
      const evaluate = compileOperand(arg, scope);
      return (dot, x) => validate(x, evaluate(dot, x), type);
    }
  }
}

function compileTypedConstant(
  arg: Extract<Operand, { kind: "bool" | "number" | "string" }>,
  type: ParamType<unknown>,
): Evaluate {
  const value = typedConstant(arg, type);
  if (value === ANY_CONSTANT) return compileConstant(arg);
  if (value === undefined) return failing(arg, constantProblem(arg, type));
  return (_dot, x) => {
    x.node = arg;
    return value;
  };
}

const ANY_CONSTANT = Symbol("decided by the way it is written");

function typedConstant(
  arg: Extract<Operand, { kind: "bool" | "number" | "string" }>,
  type: ParamType<unknown>,
): GoValue | typeof ANY_CONSTANT {
  switch (type.literal) {
    case "any":
      return ANY_CONSTANT;
    case "string":
      return arg.kind === "string" ? arg.value : undefined;
    case "bool":
      return arg.kind === "bool" ? arg.value : undefined;
    case "integer":
      return arg.kind === "number" && arg.int !== undefined ? wrapInt(arg.int) : undefined;
    case "unsigned integer":
      return arg.kind === "number" && arg.uint !== undefined ? uint32(arg.uint) : undefined;
    case "float":
      return arg.kind === "number" && arg.float !== undefined ? new Float64(arg.float) : undefined;
    case "none":
      return undefined;
  }
}

/** As reflect's SetUint has it: what does not fit is cut off. */
function uint32(value: bigint): SizedInt {
  return new SizedInt("uint32", Number(BigInt.asUintN(32, value)));
}

function constantProblem(arg: Operand, type: ParamType<unknown>): string {
  if (type.literal === "none") return `can't handle ${nodeText(arg)} for arg of type ${type.name}`;
  return `expected ${type.literal}; found ${nodeText(arg)}`;
}

/** The value as the parameter takes it. @see Go 1.26 text/template/exec.go, validateType */
function validate(x: Execution, value: GoValue, type: ParamType<unknown>): GoValue {
  if (value === undefined) {
    return type.nil === undefined ? x.fail(`invalid value; expected ${type.name}`) : type.nil.value;
  }
  if (type.accepts(value)) return value;
  const given = value === null ? INTERFACE : typeName(value);
  return x.fail(`wrong type for value; expected ${type.name}; got ${given}`);
}
