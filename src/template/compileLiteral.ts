import { type Evaluate, failing } from "./evaluate.ts";
import type { ParamType } from "./goFunction.ts";
import { Complex128, Float64, type GoValue, SizedInt, wrapInt } from "./goValue.ts";
import type { NumberNode, Operand } from "./node.ts";
import { nodeText } from "./nodeText.ts";

/** An operand that is a value by itself. */
export type Literal = Extract<Operand, { kind: "dot" | "nil" | "bool" | "number" | "string" }>;

/** A literal that is no argument. */
export function compileLiteral(word: Literal): Evaluate {
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

/** A literal for a parameter of a type. @see Go 1.26 text/template/exec.go, evalArg */
export function compileTypedConstant(
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
