import { Float64, GoList, GoMap, type GoValue, INTERFACE, type Int } from "./goValue.ts";
import type { Limits } from "./limits.ts";
import type { RandomSource } from "./randomSource.ts";

/** A function's own error; the engine adds where and which function. The message is a byte string. */
export class GoError extends Error {}

/** A limit was reached; unlike other errors it cannot be part of a result. */
export class LimitError extends Error {
  /** Which one; `undefined` for one that belongs to a function. */
  readonly limit: keyof Limits | undefined;

  constructor(message: string, limit?: keyof Limits) {
    super(message);
    this.limit = limit;
  }
}

/** What a function may use of the execution that calls it. */
export interface CallContext {
  readonly limits: Limits;
  /** The time that `now` gives, in nanoseconds since 1970 UTC: the start of the plan's run. */
  readonly now: bigint;
  readonly random: RandomSource;
  /**
   * The result of a random function: the recorded one, else what `make` gives. Every function that draws goes through
   * this, its result as text, so that the next rendering has it again.
   */
  recall(name: string, args: readonly GoValue[], make: () => string): string;
  /**
   * Accounts for work that the sizes of arguments and result do not show, before it is done. A unit is some 4 ns.
   * Throws {@link LimitError}.
   */
  charge(units: number): void;
  /** Accounts for writing a value as text, and some characters more. */
  chargeText(value: GoValue, more: number): void;
}

/**
 * The type of a parameter.
 *
 * `accepts` says whether a value is assignable to it as it is; `literal` which literals may stand for it;
 * `nil` is what `nil` becomes, when it may be given.
 */
export interface ParamType<T> {
  readonly name: string;
  readonly literal: "any" | "string" | "bool" | "integer" | "unsigned integer" | "float" | "none";
  readonly nil: { readonly value: GoValue } | undefined;
  readonly accepts: (value: GoValue) => boolean;
  /** Carries T for the compiler only. */
  readonly type?: T | undefined;
}

/** Any value, as an interface: a nil inside arrives as `null`. */
export const ANY: ParamType<GoValue> = {
  name: INTERFACE,
  literal: "any",
  nil: { value: null },
  accepts: () => true,
};

/** Any value, as reflection sees it: `undefined` and `null` are told apart. */
export const VALUE: ParamType<GoValue> = {
  name: "reflect.Value",
  literal: "any",
  nil: { value: undefined },
  accepts: () => true,
};

/** A byte string. */
export const STRING: ParamType<string> = {
  name: "string",
  literal: "string",
  nil: undefined,
  accepts: (value) => typeof value === "string",
};

/** Takes a bool and nothing else. */
export const BOOL: ParamType<boolean> = {
  name: "bool",
  literal: "bool",
  nil: undefined,
  accepts: (value) => typeof value === "boolean",
};

/** Takes an int; a constant that is a whole number becomes one. */
export const INT: ParamType<Int> = {
  name: "int",
  literal: "integer",
  nil: undefined,
  accepts: (value) => typeof value === "number" || typeof value === "bigint",
};

/** Takes a float64; any constant that is a number becomes one. */
export const FLOAT: ParamType<Float64> = {
  name: "float64",
  literal: "float",
  nil: undefined,
  accepts: (value) => value instanceof Float64,
};

/** `map[string]interface {}` */
export const DICT: ParamType<GoMap> = {
  name: `map[string]${INTERFACE}`,
  literal: "none",
  nil: { value: new GoMap(INTERFACE, new Map(), true) },
  accepts: (value) => value instanceof GoMap && value.element === INTERFACE,
};

/** `[]interface {}` */
export const LIST: ParamType<GoList> = {
  name: `[]${INTERFACE}`,
  literal: "none",
  nil: { value: new GoList(INTERFACE, [], true) },
  accepts: (value) => value instanceof GoList && value.element === INTERFACE,
};

/** A function that templates may call. */
export interface GoFunction {
  readonly params: readonly ParamType<unknown>[];
  /** The type of any further arguments. */
  readonly rest: ParamType<unknown> | undefined;
  /** Takes exactly what the types promise. Throws {@link GoError}. */
  readonly call: (args: readonly GoValue[], context: CallContext) => GoValue;
}

/** By name. */
export type GoFunctions = ReadonlyMap<string, GoFunction>;

type Values<P extends readonly unknown[]> = {
  [K in keyof P]: P[K] extends ParamType<infer T> ? T : never;
};

/** A function of a fixed number of arguments. */
export function fn<const P extends readonly ParamType<unknown>[]>(
  params: P,
  call: (args: Values<P>, context: CallContext) => GoValue,
): GoFunction {
  return { params, rest: undefined, call: call as GoFunction["call"] };
}

/** A function whose last type may come any number of times. */
export function variadic<const P extends readonly ParamType<unknown>[], R>(
  params: P,
  rest: ParamType<R>,
  call: (args: [...Values<P>, ...R[]], context: CallContext) => GoValue,
): GoFunction {
  return { params, rest, call: call as GoFunction["call"] };
}
