import {
  DEFAULT_SCALAR_STYLE_RULES,
  type DumpOptions,
  defineScalarTag,
  dump,
  mapTag,
  NOT_RESOLVED,
  SCALAR_STYLE,
  type ScalarLayout,
  Schema,
  seqTag,
} from "js-yaml";
import type { JsonValue } from "../object/json.ts";
import { resolvePlain } from "./scalar.ts";

/** Dates and sexagesimals: text for Kubernetes, something else for other readers of YAML 1.1. */
const AMBIGUOUS = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.\d*)?$|^\d{4}-\d\d?-\d\d?(?:[Tt\s]|$)/;

/** Anything that some reader of YAML 1.1 or 1.2 takes for more than text. */
function isNoText(text: string): boolean {
  return typeof resolvePlain(text) !== "string" || AMBIGUOUS.test(text) || text === "<<" || text === "=";
}

const TAG_PREFIX = "tag:yaml.org,2002:";

/** A scalar tag that claims, when printing, every plain text that must be quoted to stay text. */
const nullTag = defineScalarTag<JsonValue>(`${TAG_PREFIX}null`, {
  implicit: true,
  resolve: (text) => (isNoText(text) && NULLS.has(text) ? null : NOT_RESOLVED),
  identify: (value) => value === null || value === undefined,
  represent: () => "null",
});
const NULLS = new Set(["", "~", "null", "Null", "NULL"]);

const boolTag = defineScalarTag<JsonValue>(`${TAG_PREFIX}bool`, {
  implicit: true,
  resolve: (text) => {
    const value = resolvePlain(text);
    return typeof value === "boolean" ? value : NOT_RESOLVED;
  },
  identify: (value) => typeof value === "boolean",
  represent: (value) => (value === true ? "true" : "false"),
});

const numberTag = defineScalarTag<JsonValue>(`${TAG_PREFIX}float`, {
  implicit: true,
  resolve: (text) => (isNoText(text) ? 0 : NOT_RESOLVED),
  identify: (value) => typeof value === "number" && Number.isFinite(value),
  represent: (value) => (value === 0 ? "0" : String(value)),
});

const textTag = defineScalarTag<string>(`${TAG_PREFIX}str`, {
  resolve: (text) => text,
  identify: (value) => typeof value === "string",
  represent: (value: string) => value.toWellFormed(),
});

/** go-yaml reads an indicator of indentation at the root, and a key that begins like a marker, in another way. */
function quoteForGo(layout: ScalarLayout): void {
  const text = layout.node.value;
  const isMultilineRoot = layout.parent === null && text.includes("\n");
  if (layout.style === SCALAR_STYLE.PLAIN && (isMultilineRoot || /^(?:---|\.\.\.)/.test(text)))
    layout.style = SCALAR_STYLE.DOUBLE_QUOTED;
}

const STYLE_RULES = [quoteForGo, ...Object.values(DEFAULT_SCALAR_STYLE_RULES)];

const SCHEMA = new Schema([textTag, seqTag, mapTag, nullTag, boolTag, numberTag]);

const OPTIONS: DumpOptions = {
  schema: SCHEMA,
  noRefs: true,
  lineWidth: -1,
  seqNoIndent: true,
  quoteStyle: "double",
  scalarStyleRules: STYLE_RULES,
};

/**
 * Prints a JSON value as YAML in block style: what is printed, sigs.k8s.io/yaml reads back to the same value, and so
 * do readers of YAML 1.2.
 *
 * Lines are never folded, lists are not indented below their key, as kubectl prints them. Ends with a line feed.
 * Half a surrogate pair, which no UTF-8 can carry, becomes U+FFFD.
 *
 * @throws YAMLException for what JSON cannot carry: infinity, NaN, functions
 */
export function stringifyYaml(value: JsonValue): string {
  return dump(value, OPTIONS);
}
