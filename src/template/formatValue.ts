import { formatFloat } from "./formatFloat.ts";
import { floatBits, hexFloat } from "./formatFloatBits.ts";
import { bytesOfRune, RUNE_ERROR, runeAt, runeCount } from "./goString.ts";
import {
  Complex128,
  Float64,
  GoList,
  GoMap,
  GoStruct,
  type GoValue,
  INTERFACE,
  type Int,
  SizedInt,
  typeName,
} from "./goValue.ts";
import { canBackquote, quote, quoteRune } from "./quote.ts";
import { isPrint } from "./unicode.ts";

/** The flags and numbers of one directive. */
export interface Spec {
  readonly minus: boolean;
  readonly plus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  /** `%#v` */
  readonly goSyntax: boolean;
  /** `%+v` */
  readonly plusValue: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

/** No flag, no width. */
export const PLAIN: Spec = {
  minus: false,
  plus: false,
  sharp: false,
  space: false,
  zero: false,
  goSyntax: false,
  plusValue: false,
  width: undefined,
  precision: undefined,
};

/** One argument by one verb (byte strings). @see Go 1.26 fmt/print.go, printArg */
export function formatOne(value: GoValue, verb: string, spec: Spec): string {
  if (value === null || value === undefined) {
    return verb === "T" || verb === "v" ? pad("<nil>", spec) : `%!${verb}(<nil>)`;
  }
  if (verb === "T") return formatText(typeName(value), spec);
  if (verb === "p" || verb === "w") return badVerb(value, verb, spec);
  return formatValue(value, verb, spec);
}

function formatValue(value: GoValue, verb: string, spec: Spec): string {
  switch (typeof value) {
    case "string":
      return formatString(value, verb, spec);
    case "number":
    case "bigint":
      return formatInt(value, value, true, verb, spec);
    case "boolean":
      return verb === "t" || verb === "v" ? pad(String(value), spec) : badVerb(value, verb, spec);
    default:
  }
  if (value instanceof SizedInt) {
    return formatInt(value, value.value, !value.type.startsWith("u"), verb, spec);
  }
  if (value instanceof Float64) return formatFloatVerb(value, value.value, verb, spec);
  if (value instanceof Complex128) return formatComplex(value, verb, spec);
  if (value instanceof GoMap) return formatMap(value, verb, spec);
  if (value instanceof GoList) return formatList(value, verb, spec);
  if (!(value instanceof GoStruct)) return "";
  return methodText(value, verb, spec) ?? formatStruct(value, verb, spec);
}

/** Without the help of methods. */
function badVerb(value: GoValue, verb: string, spec: Spec): string {
  const plain = value instanceof GoStruct ? formatStruct(value, "v", spec) : formatValue(value, "v", spec);
  return `%!${verb}(${typeName(value)}=${plain})`;
}

/** What a String or GoString method says. @see Go 1.26 fmt/print.go, handleMethods */
function methodText({ type, value }: GoStruct, verb: string, spec: Spec): string | undefined {
  if (spec.goSyntax) return type.goString && formatText(type.goString(value), spec);
  if (type.isStringer !== true || !"vsxXq".includes(verb)) return undefined;
  return formatString(type.text(value), verb, spec);
}

/** A struct by its fields, whatever its methods are. */
export function formatStruct(struct: GoStruct, verb: string, spec: Spec): string {
  const { type, value } = struct;
  const int = type.int?.(value);
  if (int !== undefined) return formatInt(struct, int, true, verb, spec);
  const fields = Array.from(type.layout ?? type.fields, ([name, read]) => {
    const text = formatField(read(value), verb, spec);
    return spec.goSyntax || spec.plusValue ? `${name}:${text}` : text;
  });
  const amp = type.kind === "ptr" ? "&" : "";
  if (!spec.goSyntax) return `${amp}{${fields.join(" ")}}`;
  return `${amp}${type.name.replace(/^\*/, "")}{${fields.join(", ")}}`;
}

/** A field is a plain value or a nil pointer. */
function formatField(value: GoValue, verb: string, spec: Spec): string {
  return value === null || value === undefined ? formatNil(verb, spec) : formatValue(value, verb, spec);
}

/** A nil pointer inside a value; a time's zone is the only one. */
function formatNil(verb: string, spec: Spec): string {
  if ("dboxX".includes(verb)) return formatInt(0, 0, false, verb, spec);
  return verb === "v" ? pad("<nil>", spec) : `%!${verb}(*time.Location=<nil>)`;
}

function formatElement(value: GoValue, verb: string, spec: Spec, element: string): string {
  if (value !== null && value !== undefined) return formatValue(value, verb, spec);
  return spec.goSyntax ? `${element}(nil)` : "<nil>";
}

function formatList(list: GoList, verb: string, spec: Spec): string {
  if (list.element === "uint8" && "sqxX".includes(verb)) {
    const bytes = list.items.map((item) => String.fromCharCode(Number((item as SizedInt).value))).join("");
    return formatString(bytes, verb, spec);
  }
  const type = typeName(list);
  if (spec.goSyntax && list.isNil) return `${type}(nil)`;
  const items = list.items.map((item) => formatElement(item, verb, spec, INTERFACE));
  return spec.goSyntax ? `${type}{${items.join(", ")}}` : `[${items.join(" ")}]`;
}

function formatMap(map: GoMap, verb: string, spec: Spec): string {
  const type = typeName(map);
  if (spec.goSyntax && map.isNil) return `${type}(nil)`;
  const entries = map
    .keys()
    .map((key) => `${formatValue(key, verb, spec)}:${formatElement(map.get(key), verb, spec, INTERFACE)}`);
  return spec.goSyntax ? `${type}{${entries.join(", ")}}` : `map[${entries.join(" ")}]`;
}

function formatString(text: string, verb: string, spec: Spec): string {
  switch (verb) {
    case "v":
      return spec.goSyntax ? formatQuoted(text, spec) : formatText(text, spec);
    case "s":
      return formatText(text, spec);
    case "q":
      return formatQuoted(text, spec);
    case "x":
      return formatHex(text, spec);
    case "X":
      return formatHex(text, spec).toUpperCase();
    default:
      return badVerb(text, verb, spec);
  }
}

function formatText(text: string, spec: Spec): string {
  return pad(truncate(text, spec), spec);
}

/** At most so many code points as the precision says. */
function truncate(text: string, { precision }: Spec): string {
  if (precision === undefined || precision >= text.length) return text;
  let at = 0;
  for (let count = 0; count < precision && at < text.length; count++) at += runeAt(text, at).size;
  return text.slice(0, at);
}

function formatQuoted(text: string, spec: Spec): string {
  const shown = truncate(text, spec);
  if (spec.sharp && canBackquote(shown)) return pad(`\`${shown}\``, spec);
  return pad(quote(shown, spec.plus), spec);
}

function formatHex(text: string, spec: Spec): string {
  const shown = spec.precision === undefined ? text : text.slice(0, spec.precision);
  const prefix = spec.sharp ? "0x" : "";
  const bytes = Array.from(shown, (char) => char.charCodeAt(0).toString(16).padStart(2, "0"));
  if (bytes.length === 0) return pad("", spec);
  const hex = spec.space ? bytes.map((byte) => prefix + byte).join(" ") : prefix + bytes.join("");
  return pad(hex, spec);
}

const BASES: ReadonlyMap<string, 2 | 8 | 10 | 16> = new Map([
  ["v", 10],
  ["d", 10],
  ["b", 2],
  ["o", 8],
  ["O", 8],
  ["x", 16],
  ["X", 16],
]);

function formatInt(value: GoValue, int: Int, isSigned: boolean, verb: string, spec: Spec): string {
  if (verb === "v" && spec.goSyntax && !isSigned) return integer(int, 16, "v", { ...spec, sharp: true });
  const base = BASES.get(verb);
  if (base !== undefined) return integer(int, base, verb, spec);
  const rune = int >= 0 && int <= 0x10ffff ? Number(int) : RUNE_ERROR;
  switch (verb) {
    case "c":
      return pad(bytesOfRune(rune), spec);
    case "q":
      return pad(quoteRune(rune, spec.plus), spec);
    case "U":
      return formatUnicode(int, spec);
    default:
      return badVerb(value, verb, spec);
  }
}

/** @see Go 1.26 fmt/format.go, fmtInteger */
function integer(int: Int, base: 2 | 8 | 10 | 16, verb: string, spec: Spec): string {
  const isNegative = int < 0;
  const sign = isNegative ? "-" : spec.plus ? "+" : spec.space ? " " : "";
  const { precision, width } = spec;
  if (precision === 0 && int === 0) return pad("", { ...spec, zero: false });
  let digits = int.toString(base).replace("-", "");
  if (precision !== undefined) digits = digits.padStart(precision, "0");
  else if (spec.zero && !spec.minus && width !== undefined) {
    digits = digits.padStart(width - (sign === "" ? 0 : 1), "0");
  }
  if (spec.sharp) digits = withPrefix(digits, base);
  if (verb === "O") digits = `0o${digits}`;
  const text = sign + digits;
  return pad(verb === "X" ? text.toUpperCase() : text, { ...spec, zero: false });
}

function withPrefix(digits: string, base: 2 | 8 | 10 | 16): string {
  if (base === 2) return `0b${digits}`;
  if (base === 8) return digits.startsWith("0") ? digits : `0${digits}`;
  return base === 16 ? `0x${digits}` : digits;
}

function formatUnicode(int: Int, spec: Spec): string {
  const unsigned = BigInt.asUintN(64, BigInt(int));
  const digits = unsigned.toString(16).toUpperCase();
  const shown = spec.sharp && int >= 0 && int <= 0x10ffff && isPrint(Number(int));
  const char = shown ? ` '${bytesOfRune(Number(int))}'` : "";
  return pad(`U+${digits.padStart(Math.max(4, spec.precision ?? 4), "0")}${char}`, { ...spec, zero: false });
}

function formatFloatVerb(value: GoValue, float: number, verb: string, spec: Spec): string {
  const text = floatText(float, verb, spec);
  return text === undefined ? badVerb(value, verb, spec) : signedFloat(text, verb, spec);
}

/** The digits of a float with a sign, before padding. */
function floatText(float: number, verb: string, { precision }: Spec): string | undefined {
  switch (verb) {
    case "v":
    case "g":
      return formatFloat(float, "g", precision ?? -1);
    case "G":
      return upperExponent(formatFloat(float, "g", precision ?? -1));
    case "e":
      return formatFloat(float, "e", precision ?? 6);
    case "E":
      return upperExponent(formatFloat(float, "e", precision ?? 6));
    case "f":
    case "F":
      return formatFloat(float, "f", precision ?? 6);
    case "b":
      return floatBits(float);
    case "x":
      return hexFloat(float, precision ?? -1);
    case "X":
      return Number.isFinite(float)
        ? hexFloat(float, precision ?? -1).toUpperCase()
        : hexFloat(float, precision ?? -1);
    default:
      return undefined;
  }
}

function upperExponent(text: string): string {
  return text.replace("e", "E");
}

/** @see Go 1.26 fmt/format.go, fmtFloat */
function signedFloat(text: string, verb: string, spec: Spec): string {
  const isNegative = text.startsWith("-");
  const isNumber = !/[IN]/.test(text);
  const unsigned = text.replace(/^[+-]/, "");
  const sign = isNegative ? "-" : spec.plus ? "+" : spec.space ? " " : "";
  if (!isNumber) {
    const isInf = unsigned === "Inf";
    const shown = isInf ? (sign === "" ? "+" : sign) + unsigned : sign + unsigned;
    const plain = isInf && sign === "" ? `+${unsigned}` : shown;
    return pad(plain, { ...spec, zero: false });
  }
  const digits = spec.sharp && verb !== "b" ? withPoint(unsigned, verb, spec.precision) : unsigned;
  const { width } = spec;
  if (sign !== "" && spec.zero && !spec.minus && width !== undefined) {
    return sign + digits.padStart(width - 1, "0");
  }
  return pad(sign + digits, spec);
}

/** `%#g`: always a point, and zeros at the end stay. */
function withPoint(text: string, verb: string, precision: number | undefined): string {
  const isHex = verb === "x" || verb === "X";
  const split = (isHex ? /^([^pP]*)(.*)$/ : /^([^eEpP]*)(.*)$/).exec(text);
  const mantissa = split?.[1] ?? text;
  const tail = split?.[2] ?? "";
  const keeps = ["v", "g", "G", "x"].includes(verb);
  let missing = keeps ? (precision ?? 6) : 0;
  missing -= mantissa.replace(".", "").replace(/^0+/, "").length;
  const hasPoint = mantissa.includes(".");
  if (!hasPoint && mantissa === "0") missing--;
  return mantissa + (hasPoint ? "" : ".") + "0".repeat(Math.max(0, missing)) + tail;
}

function formatComplex(value: Complex128, verb: string, spec: Spec): string {
  const re = floatText(value.re, verb, spec);
  const im = floatText(value.im, verb, spec);
  if (re === undefined || im === undefined) return badVerb(value, verb, spec);
  return `(${signedFloat(re, verb, spec)}${signedFloat(im, verb, { ...spec, plus: true })}i)`;
}

/** Fills up to the width, counted in code points. */
function pad(text: string, { width, minus, zero }: Spec): string {
  if (width === undefined) return text;
  const missing = width - runeCount(text);
  if (missing <= 0) return text;
  return minus ? text + " ".repeat(missing) : (zero ? "0" : " ").repeat(missing) + text;
}
