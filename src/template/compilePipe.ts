import { argumentCountProblem, callBuiltin, compileFunctionCall, validate } from "./callFunction.ts";
import { compileLiteral, compileTypedConstant } from "./compileLiteral.ts";
import { type Evaluate, failing } from "./evaluate.ts";
import { type GoFunctions, type ParamType, VALUE } from "./goFunction.ts";
import { bytesOf } from "./goString.ts";
import { type GoValue, isTruthy } from "./goValue.ts";
import type { ChainNode, CommandNode, IdentifierNode, Operand, PipeNode } from "./node.ts";
import { nodeText } from "./nodeText.ts";
import { quote } from "./quote.ts";
import { type Given, pathOf, readPath } from "./readPath.ts";

/** The functions of a template: its own first, then Go's. */
export interface Scope {
  readonly functions: GoFunctions;
  readonly builtins: GoFunctions;
}

/**
 * Compiles a pipeline. What it declares or assigns happens in the execution's variables, which the caller pops.
 *
 * @see Go 1.26 text/template/exec.go, evalPipeline
 */
export function compilePipe(pipe: PipeNode, scope: Scope): Evaluate {
  const evaluate = compileStages(pipe, scope);
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

/** The value of a pipeline; a nil out of an interface is none. */
function compileStages(pipe: PipeNode, scope: Scope): Evaluate {
  const { commands } = pipe;
  const [first] = commands;
  if (first === undefined) return () => undefined;
  if (commands.length === 1) {
    const only = compileCommand(first, false, scope);
    return (dot, x) => {
      x.node = pipe;
      return only(dot, x, undefined) ?? undefined;
    };
  }
  const stages = commands.map((command, index) => compileCommand(command, index > 0, scope));
  return (dot, x) => {
    x.node = pipe;
    let value: GoValue;
    for (let i = 0; i < stages.length; i++) value = stages[i]?.(dot, x, value) ?? undefined;
    return value;
  };
}

function compileCommand(command: CommandNode, hasFinal: boolean, scope: Scope): Evaluate {
  const [word] = command.args;
  if (word === undefined) return () => undefined;
  if (command.args.length === 1 && !hasFinal) return compileWord(word, command, scope);
  const args = command.args.slice(1);
  switch (word.kind) {
    case "field":
      return compileField(word, givenTo(args, hasFinal, scope));
    case "chain":
      return compileChain(word, givenTo(args, hasFinal, scope), scope);
    case "identifier":
      return compileCall(word, command, args, hasFinal, scope);
    case "variable":
      return compileVariable(word, givenTo(args, hasFinal, scope));
    default:
      return notAFunction(word, word.kind !== "pipe");
  }
}

/** A word without arguments; `command` is what an error of a function points at. */
function compileWord(word: Operand, command: CommandNode | undefined, scope: Scope): Evaluate {
  switch (word.kind) {
    case "field":
      return compileField(word, NOTHING);
    case "variable":
      return compileVariable(word, NOTHING);
    case "pipe":
      return compilePipe(word, scope);
    case "identifier":
      return compileCall(word, command ?? word, [], false, scope);
    case "chain":
      return compileChain(word, NOTHING, scope);
    default:
      return compileLiteral(word);
  }
}

const NOTHING: Given = { args: [], hasFinal: false, compileArgument: (arg) => failing(arg, "no argument") };

function givenTo(args: readonly Operand[], hasFinal: boolean, scope: Scope): Given {
  return { args, hasFinal, compileArgument: (arg, type) => compileArgument(arg, type, scope) };
}

function notAFunction(word: Operand, isMarked: boolean): Evaluate {
  return (_dot, x) => {
    if (isMarked) x.node = word;
    return x.fail(`can't give argument to non-function ${nodeText(word)}`);
  };
}

function compileField(word: Extract<Operand, { kind: "field" }>, given: Given): Evaluate {
  const path = pathOf(word, word.names, given);
  return (dot, x, final) => {
    x.node = word;
    return readPath(path, dot, x, x.dotInInterface, dot, final);
  };
}

function compileVariable(word: Extract<Operand, { kind: "variable" }>, given: Given): Evaluate {
  const { name } = word;
  if (word.fields.length > 0) {
    const path = pathOf(word, word.fields, given);
    return (dot, x, final) => {
      x.node = word;
      const index = x.find(name);
      return readPath(path, x.values[index], x, x.inInterface[index] ?? false, dot, final);
    };
  }
  const hasArguments = given.args.length > 0 || given.hasFinal;
  return (_dot, x) => {
    x.node = word;
    const value = x.values[x.find(name)];
    return hasArguments ? x.fail(`can't give argument to non-function ${nodeText(word)}`) : value;
  };
}

function compileChain(chain: ChainNode, given: Given, scope: Scope): Evaluate {
  const path = pathOf(chain, chain.names, given);
  const operand = compileWord(chain.operand, undefined, scope);
  return (dot, x, final) => {
    x.node = chain;
    return readPath(path, operand(dot, x), x, false, dot, final);
  };
}

function compileCall(
  name: IdentifierNode,
  node: CommandNode | IdentifierNode,
  args: readonly Operand[],
  hasFinal: boolean,
  scope: Scope,
): Evaluate {
  const own = scope.functions.get(name.name);
  const called = own ?? scope.builtins.get(name.name);
  if (called === undefined) return failing(name, `${quote(bytesOf(name.name))} is not a defined function`);
  const problem = argumentCountProblem(called, bytesOf(name.name), args.length, hasFinal);
  if (problem !== undefined) return failing(name, problem);
  if (own === undefined && (name.name === "and" || name.name === "or")) {
    return compileShortCircuit(name, args, hasFinal, scope);
  }
  const target = own === undefined && name.name === "call" ? callBuiltin(args[0]) : called;
  const typeAt = (index: number): ParamType<unknown> => target.params[index] ?? target.rest ?? VALUE;
  return compileFunctionCall({
    name,
    node,
    called: target,
    args: args.map((arg, index) => compileArgument(arg, typeAt(index), scope)),
    finalType: hasFinal ? typeAt(args.length) : undefined,
  });
}

/** Go's own `and` and `or` evaluate no further than they must. */
function compileShortCircuit(
  name: IdentifierNode,
  args: readonly Operand[],
  hasFinal: boolean,
  scope: Scope,
): Evaluate {
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
      const evaluate = compileWord(arg, undefined, scope);
      if (type === VALUE) return evaluate; // takes everything as it is
      return (dot, x) => validate(x, evaluate(dot, x), type);
    }
  }
}
