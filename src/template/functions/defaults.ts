import { ANY, BOOL, fn, GoError, type GoFunctions, STRING, variadic } from "../goFunction.ts";
import { isTruthy } from "../goValue.ts";

/** Sprig's functions on empty values, and `fail`. @see Sprig 2.22 defaults.go */
export const DEFAULT_FUNCTIONS: GoFunctions = new Map([
  ["default", variadic([ANY], ANY, ([fallback, value]) => (isTruthy(value) ? value : fallback))],
  ["empty", fn([ANY], ([value]) => !isTruthy(value))],
  ["coalesce", variadic([], ANY, (values) => values.find(isTruthy) ?? null)],
  ["all", variadic([], ANY, (values) => values.every(isTruthy))],
  ["any", variadic([], ANY, (values) => values.some(isTruthy))],
  ["ternary", fn([ANY, ANY, BOOL], ([yes, no, condition]) => (condition ? yes : no))],
  [
    "fail",
    fn([STRING], ([message]) => {
      throw new GoError(message);
    }),
  ],
]);
