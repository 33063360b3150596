import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE } from "js-yaml";
import { formatGoFloat } from "./goNumber.ts";
import { resolvePlain, type ScalarValue } from "./scalar.ts";

/** One kind of the parser's events. */
export type EventOf<Name extends keyof typeof EVENT_ID> = Extract<Event, { type: (typeof EVENT_ID)[Name] }>;

/** True for the plain key `<<`. */
export function isMergeKey(text: string, event: Event): boolean {
  if (event.type !== EVENT_ID.SCALAR || event.style !== SCALAR_STYLE.PLAIN) return false;
  return (
    event.valueEnd - event.valueStart === 2 && text.startsWith("<<", event.valueStart) && event.tagStart < 0
  );
}

/**
 * The text of a scalar. A block scalar that ends with the text, without a line break, has none at its end either:
 * so it is in go-yaml, and so the last value before a `---` loses its break (package-format 5.4).
 */
export function scalarText(text: string, event: EventOf<"SCALAR">): string {
  if (event.valueStart < 0) return "";
  const value = getScalarValue(text, event);
  const isBlock = event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK;
  if (!isBlock || event.valueEnd < text.length || !value.endsWith("\n")) return value;
  const lastLine = text.slice(text.lastIndexOf("\n") + 1);
  return lastLine.trim() === "" ? value : value.slice(0, -1);
}

/** The full name of a tag as it is written. */
export function fullTag(tag: string, handles: ReadonlyMap<string, string>): string {
  if (tag.startsWith("!<")) return tag.slice(2, -1);
  const end = tag.indexOf("!", 1) + 1;
  const prefix = handles.get(tag.slice(0, end));
  return prefix === undefined ? tag : prefix + tag.slice(end);
}

/** The text that a scalar is as a key; `undefined` when it cannot be one. */
export function keyOf(scalar: ScalarValue): string | undefined {
  if (typeof scalar === "string") return scalar;
  if (typeof scalar === "boolean") return String(scalar);
  if (typeof scalar === "bigint" && BigInt.asIntN(64, scalar) === scalar) return String(scalar);
  return typeof scalar === "number" ? floatKey(scalar) : undefined;
}

/** The key that a scalar event makes; `undefined` for other events and for keys that are none. */
export function keyOfEvent(text: string, event: Event | undefined): string | undefined {
  if (event?.type !== EVENT_ID.SCALAR) return undefined;
  const scalar = scalarText(text, event);
  return event.style === SCALAR_STYLE.PLAIN && event.tagStart < 0 ? keyOf(resolvePlain(scalar)) : scalar;
}

function floatKey(value: number): string {
  const text = formatGoFloat(value, 32);
  return text === "NaN" ? ".nan" : text.replace("+Inf", ".inf").replace("-Inf", "-.inf");
}

/** Where a node begins; for an empty value, the nearest node before it. */
export function eventOffset(events: readonly Event[], at: number): number {
  for (let index = at; index >= 0; index--) {
    const event = events[index];
    if (!event) return 0; // a value that was not read from a text
    if (event.type === EVENT_ID.SCALAR && event.valueStart >= 0) {
      const isQuoted =
        event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
      return event.valueStart - (isQuoted ? 1 : 0);
    }
    if (event.type === EVENT_ID.ALIAS) return event.anchorStart - 1;
    if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) return event.start;
  }
  return 0;
}
