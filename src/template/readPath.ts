import { validate } from "./callFunction.ts";
import { fieldIndex } from "./errorPlace.ts";
import type { Evaluate } from "./evaluate.ts";
import { type Execution, sizeOf } from "./execution.ts";
import { GoError, type ParamType, VALUE } from "./goFunction.ts";
import { bytesOf, isAsciiText } from "./goString.ts";
import { GoMap, GoStruct, type GoValue, INTERFACE, type StructMethod, typeName } from "./goValue.ts";
import { CALL_WORK } from "./limits.ts";
import type { Operand } from "./node.ts";
import { quote } from "./quote.ts";

/** Units of work of each byte given to a method: a layout is all that may be long. */
const METHOD_BYTE_WORK = 80;

/** What comes after a word that may be a method. */
export interface Given {
  readonly args: readonly Operand[];
  readonly hasFinal: boolean;
  readonly compileArgument: (arg: Operand, type: ParamType<unknown>) => Evaluate;
}

/** `.A.B`: names of fields, of which only the last takes arguments, when it is a method. */
export interface Path {
  readonly node: Operand;
  /** Byte strings. */
  readonly keys: readonly string[];
  readonly given: Given;
  readonly hasArguments: boolean;
  /** Compiled calls of the last name, by what it turned out to be. */
  methods: Map<StructMethod<never>, CallMethod> | undefined;
}

/** The path of an operand, with the names after its dots. */
export function pathOf(node: Operand, names: readonly string[], given: Given): Path {
  const keys = names.every(isAsciiText) ? names : names.map(bytesOf);
  const hasArguments = given.args.length > 0 || given.hasFinal;
  return { node, keys, given, hasArguments, methods: undefined };
}

/** Follows a path from a value. @see Go 1.26 text/template/exec.go, evalFieldChain */
export function readPath(
  path: Path,
  receiver: GoValue,
  x: Execution,
  inInterface: boolean,
  dot: GoValue,
  final: GoValue,
): GoValue {
  const { keys } = path;
  const last = keys.length - 1;
  let value = receiver;
  let boxed = inInterface;
  for (let i = 0; i <= last; i++) {
    const key = keys[i] ?? "";
    if (value instanceof GoMap) {
      if (path.hasArguments && i === last) return x.fail(`${key} is not a method but has arguments`);
      boxed = value.element === INTERFACE;
      const entry: GoValue = value.get(key);
      if (entry === undefined)
        return failField(x, path.node, value, i, `map has no entry for key ${quote(key)}`);
      value = entry;
    } else if (value instanceof GoStruct) {
      const given = i === last ? path.given : { ...path.given, args: [], hasFinal: false };
      value = readMember(path, given, value, key, boxed, dot, x, final);
      boxed = false;
    } else return failField(x, path.node, value, i, fieldError(value, key, boxed));
  }
  return value;
}

/** A field or a method of a struct. @see Go 1.26 text/template/exec.go, evalField */
function readMember(
  path: Path,
  given: Given,
  receiver: GoStruct,
  key: string,
  inInterface: boolean,
  dot: GoValue,
  x: Execution,
  final: GoValue,
): GoValue {
  const { type, value } = receiver;
  const method = type.methods?.get(key);
  if (method !== undefined) {
    path.methods ??= new Map();
    let call = given === path.given ? path.methods.get(method) : undefined;
    if (call === undefined) {
      call = compileMethod(path.node, key, method, given);
      if (given === path.given) path.methods.set(method, call);
    }
    return call(value, dot, x, final);
  }
  const field = type.fields.get(key);
  if (field === undefined) {
    if (type.layout?.has(key) === true) {
      return x.fail(`${key} is an unexported field of struct type ${inInterface ? INTERFACE : type.name}`);
    }
    return failField(
      x,
      path.node,
      receiver,
      fieldIndex(path.node, key),
      fieldError(receiver, key, inInterface),
    );
  }
  if (given.args.length > 0 || given.hasFinal)
    return x.fail(`${key} has arguments but cannot be invoked as function`);
  return field(value);
}

type CallMethod = (receiver: never, dot: GoValue, x: Execution, final: GoValue) => GoValue;

function compileMethod(node: Operand, name: string, method: StructMethod<never>, given: Given): CallMethod {
  const { args, hasFinal, compileArgument } = given;
  const params = method.params as readonly ParamType<unknown>[];
  const count = args.length + (hasFinal ? 1 : 0);
  if (count !== params.length) {
    return (_receiver, _dot, x) =>
      x.fail(`wrong number of args for ${name}: want ${params.length} got ${count}`);
  }
  const { unfit } = method;
  if (unfit !== undefined) return (_receiver, _dot, x) => x.fail(unfit);
  const evaluators = args.map((arg, index) => compileArgument(arg, params[index] ?? VALUE));
  const finalType = params[args.length] ?? VALUE;
  return (receiver, dot, x, final) => {
    const values = evaluators.map((evaluate) => evaluate(dot, x));
    if (hasFinal) values.push(validate(x, final, finalType));
    let size = 0;
    for (const value of values) size += sizeOf(value);
    x.charge(CALL_WORK + METHOD_BYTE_WORK * size);
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

function failField(x: Execution, node: Operand, receiver: GoValue, at: number, message: string): never {
  return x.fail(message, undefined, { field: { at, receiver }, mark: node });
}

function fieldError(receiver: GoValue, key: string, inInterface: boolean): string {
  if (receiver === undefined) return `nil data; no entry for key ${quote(key)}`;
  if (receiver === null) return `nil pointer evaluating ${INTERFACE}.${key}`;
  return `can't evaluate field ${key} in type ${inInterface ? INTERFACE : typeName(receiver)}`;
}
