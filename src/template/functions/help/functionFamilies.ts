import type { FunctionFamily, FunctionHelp } from "../functionHelp.ts";
import { BUILTIN_HELP } from "./builtinHelp.ts";
import { CASE_HELP } from "./caseHelp.ts";
import { CONVERSION_HELP } from "./conversionHelp.ts";
import { CRYPTO_HELP } from "./cryptoHelp.ts";
import { DATE_HELP } from "./dateHelp.ts";
import { DEFAULT_HELP } from "./defaultHelp.ts";
import { ENCODING_HELP } from "./encodingHelp.ts";
import { LIST_HELP } from "./listHelp.ts";
import { MAP_HELP } from "./mapHelp.ts";
import { NUMBER_HELP } from "./numberHelp.ts";
import { RANDOM_HELP } from "./randomHelp.ts";
import { REGULAR_EXPRESSION_HELP } from "./regularExpressionHelp.ts";
import { STRING_HELP } from "./stringHelp.ts";
import { TYPE_HELP } from "./typeHelp.ts";
import { URL_HELP } from "./urlHelp.ts";
import { VERSION_HELP } from "./versionHelp.ts";

/** Help on every function that a template may call, in the order in which the reference shows it. */
export const FUNCTION_FAMILIES: readonly FunctionFamily[] = [
  BUILTIN_HELP,
  DEFAULT_HELP,
  STRING_HELP,
  CASE_HELP,
  REGULAR_EXPRESSION_HELP,
  NUMBER_HELP,
  CONVERSION_HELP,
  LIST_HELP,
  MAP_HELP,
  TYPE_HELP,
  ENCODING_HELP,
  DATE_HELP,
  VERSION_HELP,
  URL_HELP,
  RANDOM_HELP,
  CRYPTO_HELP,
];

/** Help on all functions, by name. */
export const FUNCTION_HELP: ReadonlyMap<string, FunctionHelp> = new Map(
  FUNCTION_FAMILIES.flatMap(({ functions }) => functions.map((help) => [help.name, help])),
);
