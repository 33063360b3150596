import { CALL_WORK } from "./limits.ts";

/** How the work of a function follows from the size of its arguments and its result. */
export interface FunctionCost {
  /**
   * - `constant`  looks at no more than the outermost part of its arguments, and hands values on
   * - `shallow`   goes over the elements of a list or the keys of a map, not into them
   * - `deep`      goes through its arguments to the last leaf
   */
  readonly reach: "constant" | "shallow" | "deep";
  /** Units of work for a byte or an element. */
  readonly factor: number;
  /** Units of work for a call, whatever its arguments. */
  readonly call: number;
}

const CONSTANT: FunctionCost = { reach: "constant", factor: 1, call: CALL_WORK };
const SHALLOW: FunctionCost = { reach: "shallow", factor: 4, call: CALL_WORK };
/** Native code that goes over a string once. */
const NATIVE: FunctionCost = { reach: "deep", factor: 1, call: CALL_WORK };
/** Native code that takes a string to pieces and joins them. */
const PIECES: FunctionCost = { reach: "deep", factor: 4, call: CALL_WORK };
/** Code point by code point, piece by piece. */
const DEAR: FunctionCost = { reach: "deep", factor: 48, call: CALL_WORK };
/** What nobody measured: dear. */
const OTHER: FunctionCost = { reach: "deep", factor: 16, call: 4 * CALL_WORK };
/** Numbers of any size, digit by digit. */
const DECIMAL: FunctionCost = { reach: "deep", factor: 256, call: 3000 };
/** Ranges of versions, of which each part is one more search. */
const VERSION: FunctionCost = { reach: "deep", factor: 1024, call: 12_000 };

/** By what was measured, so that no function takes much more than 4 ns for a unit. */
const COSTS: ReadonlyMap<string, FunctionCost> = new Map<string, FunctionCost>([
  ...named(
    CONSTANT,
    ..."and or not len index call get hasKey set unset dig dict list tuple default empty coalesce ternary".split(
      " ",
    ),
    ..."first mustFirst last mustLast all any kindOf kindIs typeOf typeIs typeIsLike fail now".split(" "),
    ..."add add1 sub mul div mod max biggest min floor ceil round int int64 float64 hello".split(" "),
  ),
  ...named(
    SHALLOW,
    ..."append mustAppend push mustPush prepend mustPrepend rest mustRest initial mustInitial reverse".split(
      " ",
    ),
    ..."mustReverse compact mustCompact concat slice mustSlice chunk mustChunk values pluck until untilStep".split(
      " ",
    ),
  ),
  ...named(NATIVE, ..."trunc substr repeat contains hasPrefix hasSuffix trimPrefix trimSuffix".split(" ")),
  ...named(PIECES, "replace", "indent", "nindent"),
  ...named(DECIMAL, ..."addf add1f subf mulf divf".split(" ")),
  ...named(VERSION, "semver", "semverCompare"),
  ...named(
    DEAR,
    ..."snakecase kebabcase camelcase swapcase split splitn keys sortAlpha toYaml merge mustMerge".split(" "),
    ..."mergeOverwrite mustMergeOverwrite deepCopy mustDeepCopy".split(" "),
  ),
]);

function named(cost: FunctionCost, ...names: readonly string[]): [string, FunctionCost][] {
  return names.map((name) => [name, cost]);
}

/** The cost of a function by name. */
export function costOf(name: string): FunctionCost {
  return COSTS.get(name) ?? OTHER;
}
