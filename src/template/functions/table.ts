import type { GoFunctions } from "../goFunction.ts";
import { CASE_FUNCTIONS } from "./cases.ts";
import { CERTIFICATE_FUNCTIONS } from "./certificates.ts";
import { CIPHER_FUNCTIONS } from "./ciphers.ts";
import { CONVERSION_FUNCTIONS } from "./conversion.ts";
import { DATE_FUNCTIONS } from "./dates.ts";
import { DECIMAL_FUNCTIONS } from "./decimals.ts";
import { DEFAULT_FUNCTIONS } from "./defaults.ts";
import { DICT_FUNCTIONS } from "./dicts.ts";
import { ENCODING_FUNCTIONS } from "./encoding.ts";
import { JSON_FUNCTIONS } from "./json.ts";
import { LIST_FUNCTIONS } from "./lists.ts";
import { NUMERIC_FUNCTIONS } from "./numeric.ts";
import { RANDOM_FUNCTIONS } from "./random.ts";
import { REFLECTION_FUNCTIONS } from "./reflection.ts";
import { REGEX_FUNCTIONS } from "./regex.ts";
import { SEMVER_FUNCTIONS } from "./semver.ts";
import { STRING_FUNCTIONS } from "./strings.ts";
import { URL_FUNCTIONS } from "./urls.ts";

/** What a template of a KUDO package may call besides Go's own functions: Sprig's functions and `toYaml`. */
export const kudoFunctions: GoFunctions = new Map([
  ...CONVERSION_FUNCTIONS,
  ...NUMERIC_FUNCTIONS,
  ...DECIMAL_FUNCTIONS,
  ...DATE_FUNCTIONS,
  ...SEMVER_FUNCTIONS,
  ...URL_FUNCTIONS,
  ...STRING_FUNCTIONS,
  ...CASE_FUNCTIONS,
  ...LIST_FUNCTIONS,
  ...DICT_FUNCTIONS,
  ...DEFAULT_FUNCTIONS,
  ...REFLECTION_FUNCTIONS,
  ...JSON_FUNCTIONS,
  ...REGEX_FUNCTIONS,
  ...ENCODING_FUNCTIONS,
  ...RANDOM_FUNCTIONS,
  ...CIPHER_FUNCTIONS,
  ...CERTIFICATE_FUNCTIONS,
]);
