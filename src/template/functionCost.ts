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
}

const CONSTANT: FunctionCost = { reach: "constant", factor: 1 };
const SHALLOW: FunctionCost = { reach: "shallow", factor: 4 };
/** Native code that goes over a string once. */
const NATIVE: FunctionCost = { reach: "deep", factor: 1 };
/** Code point by code point, piece by piece. */
const DEAR: FunctionCost = { reach: "deep", factor: 48 };
/** What nobody measured: dear. */
const OTHER: FunctionCost = { reach: "deep", factor: 16 };

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
  ...named(
    NATIVE,
    ..."trunc substr repeat contains hasPrefix hasSuffix trimPrefix trimSuffix".split(" "),
    ..."replace indent nindent".split(" "),
  ),
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
