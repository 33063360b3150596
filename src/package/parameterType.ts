import { deepEqual, isJsonObject, type JsonValue } from "../object/json.ts";
import { parseYaml } from "../yaml/parseYaml.ts";
import type { Parameter } from "./operatorPackage.ts";

/** Types with a meaning; every other name behaves as text without validation. */
export const PARAMETER_TYPES: readonly string[] = ["string", "integer", "number", "boolean", "array", "map"];

/** Boolean spellings of Go's strconv.ParseBool. */
const BOOLEANS = new Set(["1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"]);
const INTEGER = /^[-+]?[0-9]+$/;
const INFINITE = /^[-+]?inf(?:inity)?$|^nan$/i;
const DIGITS = "[0-9](?:_?[0-9])*";
const HEX_DIGITS = "[0-9a-f](?:_?[0-9a-f])*";
const DECIMAL = new RegExp(`^[-+]?(?:${DIGITS}\\.?(?:${DIGITS})?|\\.${DIGITS})(?:e[-+]?${DIGITS})?$`, "i");
const HEXADECIMAL = new RegExp(
  `^[-+]?0x(?:_?${HEX_DIGITS}\\.?(?:${HEX_DIGITS})?|\\.${HEX_DIGITS})p[-+]?${DIGITS}$`,
  "i",
);

/** Why a stored value is not of a type, as the end of a sentence; `undefined` when it is (package-format 2.3). */
export function typeProblem(value: string, type: string): string | undefined {
  switch (type) {
    case "integer":
      return isInt64(value) ? undefined : `"${value}" is not an integer`;
    case "number":
      return isFloat64(value) ? undefined : `"${value}" is not a number`;
    case "boolean":
      return BOOLEANS.has(value) ? undefined : `"${value}" is not a boolean; write true or false`;
    case "array":
      return structureProblem(value, "a list", Array.isArray);
    case "map":
      return structureProblem(value, "a mapping", isJsonObject);
    default:
      return undefined;
  }
}

/** What Go's strconv.ParseFloat takes: out of range is none. */
function isFloat64(value: string): boolean {
  if (INFINITE.test(value) || HEXADECIMAL.test(value)) return true;
  return DECIMAL.test(value) && Number.isFinite(Number(value.replaceAll("_", "")));
}

function isInt64(value: string): boolean {
  if (!INTEGER.test(value)) return false;
  const integer = BigInt(value.replace(/^\+/, ""));
  return BigInt.asIntN(64, integer) === integer;
}

function structureProblem(
  value: string,
  wanted: string,
  accept: (v: unknown) => boolean,
): string | undefined {
  const decoded = decodeValue(value);
  if ("problem" in decoded) return decoded.problem;
  return decoded.value === null || accept(decoded.value) ? undefined : `the value is not ${wanted}`;
}

/** A stored value of an array or map as data; the empty text is null. */
export function decodeValue(text: string): { readonly value: JsonValue } | { readonly problem: string } {
  const { documents, issues } = parseYaml(text);
  const error = issues.find(({ severity }) => severity === "error");
  if (error) return { problem: `the value is not YAML: ${error.message}` };
  return { value: documents[0]?.value ?? null };
}

/**
 * True when the value is one of the allowed ones, or when there is no restriction. Arrays and maps are compared as
 * data, where KUDO compares their text.
 */
export function isAllowed(value: string, { enum: allowed, type }: Pick<Parameter, "enum" | "type">): boolean {
  if (!allowed || allowed.includes(value)) return true;
  if (type !== "array" && type !== "map") return false;
  const given = decodeValue(value);
  return allowed.some((text) => {
    const entry = decodeValue(text);
    return "value" in entry && "value" in given && deepEqual(entry.value, given.value);
  });
}
