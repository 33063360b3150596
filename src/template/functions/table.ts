import type { GoFunctions } from "../goFunction.ts";
import { CONVERSION_FUNCTIONS } from "./conversion.ts";
import { ENCODING_FUNCTIONS } from "./encoding.ts";
import { LIST_FUNCTIONS } from "./lists.ts";
import { NUMERIC_FUNCTIONS } from "./numeric.ts";
import { STRING_FUNCTIONS } from "./strings.ts";

/** What a template of a KUDO package may call besides Go's own functions: Sprig's functions and `toYaml`. */
export const kudoFunctions: GoFunctions = new Map([
  ...CONVERSION_FUNCTIONS,
  ...NUMERIC_FUNCTIONS,
  ...STRING_FUNCTIONS,
  ...LIST_FUNCTIONS,
  ...ENCODING_FUNCTIONS,
]);
