/** What an untagged or tagged scalar means, before it becomes JSON; `bigint` is an integer of up to 64 bits. */
export type ScalarValue = null | boolean | bigint | number | string;

const WORDS: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map((w) => [w, true] as const),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map(
    (w) => [w, false] as const,
  ),
  ...["", "~", "null", "Null", "NULL"].map((w) => [w, null] as const),
  ...[".nan", ".NaN", ".NAN"].map((w) => [w, Number.NaN] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((w) => [w, Number.POSITIVE_INFINITY] as const),
  ...["-.inf", "-.Inf", "-.INF"].map((w) => [w, Number.NEGATIVE_INFINITY] as const),
]);

/** The only first characters a plain scalar that is no text can have. */
const HINT = /^[-+.0-9yYnNtTfFoO~]/;
const DECIMAL_FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
/** Go's ParseFloat, asked only for texts that begin with a point, takes single underscores between digits. */
const POINT_FLOAT = /^\.[0-9](_?[0-9])*([eE][-+]?[0-9](_?[0-9])*)?$/;
const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/;
const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;
const INT64_MAX = 2n ** 63n - 1n;

/**
 * Reads a plain scalar as sigs.k8s.io/yaml does: YAML 1.1 without dates and sexagesimals.
 *
 * @see go.yaml.in/yaml v2.4.3, resolve.go
 */
export function resolvePlain(text: string): ScalarValue {
  if (text !== "" && !HINT.test(text)) return text;
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  const first = text.charCodeAt(0);
  if (first === 0x2e) return finite(POINT_FLOAT.test(text) ? text.replaceAll("_", "") : "", text);
  const isNumeric = first === 0x2b || first === 0x2d || (first >= 0x30 && first <= 0x39);
  return isNumeric ? resolveNumber(text) : text;
}

function resolveNumber(text: string): ScalarValue {
  const plain = text.includes("_") ? text.replaceAll("_", "") : text;
  const integer = parseInteger(plain);
  if (integer !== undefined) return integer;
  return finite(DECIMAL_FLOAT.test(plain) ? plain : "", text);
}

/** The number, or the text itself when there is none or it is too large for 64 bits. */
function finite(number: string, text: string): number | string {
  const value = number === "" ? Number.NaN : Number(number);
  return Number.isFinite(value) ? value : text;
}

/** Go's ParseInt and ParseUint with base 0; `undefined` when out of range or malformed. */
function parseInteger(text: string): bigint | undefined {
  const match = INTEGER.exec(text);
  if (!match) return undefined;
  const [, sign = "", digits = ""] = match;
  const magnitude = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits.toLowerCase());
  const value = sign === "-" ? -magnitude : magnitude;
  const max = sign === "" ? UINT64_MAX : INT64_MAX;
  return value >= INT64_MIN && value <= max ? value : undefined;
}

const TAG_PREFIX = "tag:yaml.org,2002:";

/**
 * Reads a scalar with an explicit tag.
 *
 * @param tag    the full name, `tag:yaml.org,2002:int`; tags of others are ignored, as go-yaml does
 * @returns `undefined` when the text is not of that type
 */
export function resolveTagged(text: string, tag: string): ScalarValue | undefined {
  const type = tag.startsWith(TAG_PREFIX) ? tag.slice(TAG_PREFIX.length) : "";
  if (type === "binary") return decodeBase64(text);
  if (!["int", "float", "bool", "null"].includes(type)) return text;
  const value = resolvePlain(text);
  switch (type) {
    case "int":
      return typeof value === "bigint" ? value : undefined;
    case "float":
      return typeof value === "bigint" ? Number(value) : typeof value === "number" ? value : undefined;
    case "bool":
      return typeof value === "boolean" ? value : undefined;
    default:
      return value === null ? null : undefined;
  }
}

function decodeBase64(text: string): string | undefined {
  const compact = text.replace(/[\r\n]/g, "");
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) return undefined;
  return Buffer.from(compact, "base64").toString("utf8");
}
