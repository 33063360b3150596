import { formatFloat } from "../formatFloat.ts";
import { ANY, fn, GoError, type GoFunction, type GoFunctions, STRING } from "../goFunction.ts";
import { RUNE_ERROR, runeAt } from "../goString.ts";
import { Complex128, Float64, fieldsOf, GoMap, GoStruct, type GoValue, SizedInt } from "../goValue.ts";
import { readJson } from "./jsonReader.ts";

const toJson = fn([ANY], ([value]) => textOrNothing(value, { escapesHtml: true, isPretty: false }));
const toPrettyJson = fn([ANY], ([value]) => textOrNothing(value, { escapesHtml: true, isPretty: true }));

/** Sprig's JSON functions. @see Sprig 3.3 defaults.go */
export const JSON_FUNCTIONS: GoFunctions = new Map<string, GoFunction>([
  ["toJson", toJson],
  ["toPrettyJson", toPrettyJson],
  ["toRawJson", fn([ANY], ([value]) => marshal(value, { escapesHtml: false, isPretty: false }, ""))],
  ["mustToJson", fn([ANY], ([value]) => marshal(value, { escapesHtml: true, isPretty: false }, ""))],
  ["mustToPrettyJson", fn([ANY], ([value]) => marshal(value, { escapesHtml: true, isPretty: true }, ""))],
  ["mustToRawJson", fn([ANY], ([value]) => marshal(value, { escapesHtml: false, isPretty: false }, ""))],
  ["fromJson", fn([STRING], ([text]) => readJson(text).value)],
  [
    "mustFromJson",
    fn([STRING], ([text]) => {
      const { value, error } = readJson(text);
      if (error !== undefined) throw new GoError(error);
      return value;
    }),
  ],
]);

interface JsonStyle {
  readonly escapesHtml: boolean;
  readonly isPretty: boolean;
}

/** `toJson` keeps quiet about what cannot be written. */
function textOrNothing(value: GoValue, style: JsonStyle): string {
  try {
    return marshal(value, style, "");
  } catch (error) {
    if (error instanceof GoError) return "";
    throw error;
  }
}

/** Go's encoding/json; `indent` is that of the line the value stands on. */
function marshal(value: GoValue, style: JsonStyle, indent: string): string {
  switch (typeof value) {
    case "string":
      return jsonString(value, style);
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    default:
  }
  if (value === null || value === undefined) return "null";
  if (value instanceof Float64) return jsonFloat(value.value);
  if (value instanceof SizedInt) return String(value.value);
  if (value instanceof Complex128) throw new GoError("json: unsupported type: complex128");
  if (value instanceof GoStruct) {
    return value.type.json?.(value.value) ?? marshal(fieldsOf(value), style, indent);
  }
  if (value.isNil) return "null";
  const inner = style.isPretty ? `${indent}  ` : "";
  const parts =
    value instanceof GoMap
      ? value
          .keys()
          .map(
            (k) =>
              `${jsonString(k, style)}:${style.isPretty ? " " : ""}${marshal(value.get(k), style, inner)}`,
          )
      : value.items.map((item) => marshal(item, style, inner));
  const [open, close] = value instanceof GoMap ? ["{", "}"] : ["[", "]"];
  if (parts.length === 0 || !style.isPretty) return `${open}${parts.join(",")}${close}`;
  return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`;
}

function jsonFloat(value: number): string {
  if (!Number.isFinite(value)) {
    throw new GoError(`json: unsupported value: ${formatFloat(value, "g", -1)}`);
  }
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-6 && size < 1e21)) return formatFloat(value, "f", -1);
  return formatFloat(value, "e", -1).replace(/e-0(\d)$/, "e-$1");
}

const SHORT: ReadonlyMap<number, string> = new Map([
  [0x22, '\\"'],
  [0x5c, "\\\\"],
  [0x08, "\\b"],
  [0x0c, "\\f"],
  [0x0a, "\\n"],
  [0x0d, "\\r"],
  [0x09, "\\t"],
]);

function jsonString(bytes: string, { escapesHtml }: JsonStyle): string {
  let out = '"';
  for (let at = 0; at < bytes.length; ) {
    const { rune, size } = runeAt(bytes, at);
    const isHtml = escapesHtml && (rune === 0x3c || rune === 0x3e || rune === 0x26);
    const isEscaped = rune < 0x20 || isHtml || rune === 0x2028 || rune === 0x2029;
    const isBad = rune === RUNE_ERROR && size === 1;
    const plain =
      isEscaped || isBad
        ? `\\u${(isBad ? RUNE_ERROR : rune).toString(16).padStart(4, "0")}`
        : bytes.slice(at, at + size);
    out += SHORT.get(rune) ?? plain;
    at += size;
  }
  return `${out}"`;
}
