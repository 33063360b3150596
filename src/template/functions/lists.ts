import { ANY, type GoFunctions, variadic } from "../goFunction.ts";
import { listOf } from "../goValue.ts";

/** Sprig's functions on lists. @see Sprig 2.22 list.go */
export const LIST_FUNCTIONS: GoFunctions = new Map([["list", variadic([], ANY, (values) => listOf(values))]]);
