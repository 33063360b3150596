import { ANY, fn, GoError, type GoFunctions, STRING } from "../goFunction.ts";
import type { GoValue } from "../goValue.ts";
import { yamlOf } from "../yamlPrinter.ts";
import { decodeBase64 } from "./base64.ts";

/** Sprig's encodings, and KUDO's `toYaml`. @see Sprig 2.22 strings.go, defaults.go */
export const ENCODING_FUNCTIONS: GoFunctions = new Map([
  ["b64enc", fn([STRING], ([bytes]) => Buffer.from(bytes, "latin1").toString("base64"))],
  ["b64dec", fn([STRING], ([text]) => decodeBase64(text))],
  ["toYaml", fn([ANY], ([value]) => toYaml(value))],
]);

function toYaml(value: GoValue): string {
  try {
    return yamlOf(value);
  } catch (error) {
    if (error instanceof TypeError) throw new GoError(error.message);
    throw error;
  }
}
