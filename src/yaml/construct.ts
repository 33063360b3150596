import { type DocumentDirective, EVENT_ID, type Event, SCALAR_STYLE } from "js-yaml";
import type { JsonValue } from "../object/json.ts";
import { type EventOf, eventOffset, fullTag, isMergeKey, keyOf, scalarText } from "./eventText.ts";
import { resolvePlain, resolveTagged, type ScalarValue } from "./scalar.ts";

/** A mistake, or a surprise, at an offset of the text. */
export interface Finding {
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly offset: number;
}

/** A document's value; `end` is the index behind its last event. */
export interface Constructed {
  readonly value: JsonValue;
  readonly end: number;
  readonly findings: readonly Finding[];
}

interface Anchor {
  readonly isMapping: boolean;
  readonly isSequence: boolean;
  value: JsonValue;
  scalar: ScalarValue;
  /** Nodes in it, aliases counted as often as they are used. */
  nodes: number;
  /** Characters of its scalars, counted the same way. */
  characters: number;
  isOpen: boolean;
}

interface State {
  readonly text: string;
  readonly events: readonly Event[];
  readonly tagHandles: ReadonlyMap<string, string>;
  readonly anchors: Map<string, Anchor>;
  readonly findings: Finding[];
  index: number;
  nodes: number;
  aliasedNodes: number;
  characters: number;
}

/** More mistakes of one document than anybody reads; finding the place of each costs time. */
const MAX_FINDINGS = 100;

/** Thrown to leave a document whose aliases would expand without end. */
class TooManyAliases extends Error {}

/**
 * Builds the JSON value of one document from the parser's events, as sigs.k8s.io/yaml converts YAML: keys become
 * text, merges apply where they stand, the last of several equal keys wins.
 *
 * Aliases share the value that they name, so that a document never takes more memory than its text; one that
 * would expand beyond measure is an error, by the rule of go-yaml.
 *
 * @param start  index of the document event
 * @see go.yaml.in/yaml v2.4.3 decode.go; sigs.k8s.io/yaml v1.6.0 yaml.go, convertToJSONableObject
 */
export function constructDocument(text: string, events: readonly Event[], start: number): Constructed {
  const document = events[start] as EventOf<"DOCUMENT">;
  const state: State = {
    text,
    events,
    tagHandles: tagHandles(document.directives),
    anchors: new Map(),
    findings: [],
    index: start + 1,
    nodes: 0,
    aliasedNodes: 0,
    characters: 0,
  };
  try {
    const value = toJson(state, construct(state), state.index - 1);
    return { value, end: state.index + 1, findings: state.findings };
  } catch (error) {
    if (!(error instanceof TooManyAliases)) throw error;
    return { value: null, end: events.length, findings: state.findings };
  }
}

function tagHandles(directives: readonly DocumentDirective[]): ReadonlyMap<string, string> {
  const handles = new Map([["!!", "tag:yaml.org,2002:"]]);
  for (const directive of directives)
    if (directive.kind === "tag") handles.set(directive.handle, directive.prefix);
  return handles;
}

/** A scalar keeps its Go type until its place is known: a key and a value convert differently. */
type Node =
  | { readonly kind: "scalar"; readonly scalar: ScalarValue }
  | { readonly kind: "collection"; readonly value: JsonValue };

function construct(state: State): Node {
  const at = state.index++;
  const event = state.events[at] as Event;
  state.nodes++;
  switch (event.type) {
    case EVENT_ID.SCALAR: {
      const scalar = constructScalar(state, event, at);
      const characters = Math.max(0, event.valueEnd - event.valueStart);
      state.characters += characters;
      const anchor = openAnchor(state, event, { isMapping: false, isSequence: false, scalar, isOpen: false });
      if (anchor) anchor.characters = characters;
      return { kind: "scalar", scalar };
    }
    case EVENT_ID.SEQUENCE: {
      const before = { nodes: state.nodes, characters: state.characters };
      const anchor = openAnchor(state, event, {
        isMapping: false,
        isSequence: true,
        scalar: null,
        isOpen: true,
      });
      const value = constructSequence(state);
      closeAnchor(state, anchor, value, before);
      return { kind: "collection", value };
    }
    case EVENT_ID.MAPPING: {
      const before = { nodes: state.nodes, characters: state.characters };
      const anchor = openAnchor(state, event, {
        isMapping: true,
        isSequence: false,
        scalar: null,
        isOpen: true,
      });
      const value = constructMapping(state);
      closeAnchor(state, anchor, value, before);
      return { kind: "collection", value };
    }
    default:
      return constructAlias(state, event as EventOf<"ALIAS">);
  }
}

function constructSequence(state: State): JsonValue[] {
  const items: JsonValue[] = [];
  while (!atPop(state)) {
    const at = state.index;
    items.push(toJson(state, construct(state), at));
  }
  state.index++;
  return items;
}

function atPop(state: State): boolean {
  return state.events[state.index]?.type === EVENT_ID.POP;
}

function constructMapping(state: State): Record<string, JsonValue> {
  const target: Record<string, JsonValue> = {};
  let merged: Set<string> | undefined;
  while (!atPop(state)) {
    const keyAt = state.index;
    if (isMergeKey(state.text, state.events[keyAt] as Event)) {
      state.index++;
      state.nodes++;
      merged ??= new Set();
      merge(state, target, merged, keyAt);
      continue;
    }
    const key = keyText(state, construct(state), keyAt);
    const valueAt = state.index;
    const value = toJson(state, construct(state), valueAt);
    if (key === undefined) continue;
    if (Object.hasOwn(target, key) && !merged?.delete(key)) reportDuplicate(state, key, keyAt);
    setMember(target, key, value);
  }
  state.index++;
  return target;
}

/** Assignment that does not fall into the trap of `__proto__`. */
function setMember(target: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key === "__proto__")
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

function merge(state: State, target: Record<string, JsonValue>, merged: Set<string>, keyAt: number): void {
  const valueAt = state.index;
  const event = state.events[valueAt] as Event;
  const isSequence = event.type === EVENT_ID.SEQUENCE;
  const node = construct(state);
  const value = node.kind === "collection" ? node.value : null;
  const sources = isSequence && Array.isArray(value) ? [...value].reverse() : [value];
  for (const source of sources) {
    if (typeof source !== "object" || source === null || Array.isArray(source)) {
      report(
        state,
        valueAt,
        "error",
        "yaml.merge",
        "the value of << must be a mapping or a list of mappings",
      );
      return;
    }
    for (const [key, member] of Object.entries(source as Record<string, JsonValue>)) {
      if (Object.hasOwn(target, key) && !merged.has(key)) reportOverride(state, key, keyAt);
      setMember(target, key, member);
      merged.add(key);
    }
  }
}

function constructAlias(state: State, event: EventOf<"ALIAS">): Node {
  const at = state.index - 1;
  const name = state.text.slice(event.anchorStart, event.anchorEnd);
  const anchor = state.anchors.get(name);
  if (!anchor || anchor.isOpen) {
    const message = anchor
      ? `the value of the anchor "${name}" contains itself`
      : `there is no anchor "${name}"`;
    report(state, at, "error", "yaml.alias", message);
    return { kind: "scalar", scalar: null };
  }
  state.nodes += anchor.nodes;
  state.aliasedNodes += anchor.nodes;
  state.characters += anchor.characters;
  if (expandsTooMuch(state)) {
    report(state, at, "error", "yaml.aliases", "the aliases of this document expand to too many values");
    throw new TooManyAliases();
  }
  if (anchor.isMapping || anchor.isSequence) return { kind: "collection", value: anchor.value };
  return { kind: "scalar", scalar: anchor.scalar };
}

/** Nodes up to which 99 % may come from aliases, and from which on only 10 % may. */
const RATIO_LOW = 400_000;
const RATIO_HIGH = 4_000_000;
/** Characters that aliases may add: no API server takes an object of such a size. */
const MAX_EXPANDED = 4_000_000;

/** @see go.yaml.in/yaml v2.4.3 decode.go, allowedAliasRatio */
function expandsTooMuch({ nodes, aliasedNodes, characters, text }: State): boolean {
  if (characters > text.length + MAX_EXPANDED) return true;
  if (aliasedNodes <= 100 || nodes <= 1000) return false;
  const position = Math.min(Math.max((nodes - RATIO_LOW) / (RATIO_HIGH - RATIO_LOW), 0), 1);
  return aliasedNodes / nodes > 0.99 - 0.89 * position;
}

type Anchored = Extract<Event, { anchorStart: number; tagStart: number }>;

function openAnchor(
  state: State,
  event: Anchored,
  anchor: Pick<Anchor, "isMapping" | "isSequence" | "scalar" | "isOpen">,
): Anchor | undefined {
  if (event.anchorStart < 0) return undefined;
  const opened: Anchor = { ...anchor, value: null, nodes: 1, characters: 0 };
  state.anchors.set(state.text.slice(event.anchorStart, event.anchorEnd), opened);
  return opened;
}

function closeAnchor(
  state: State,
  anchor: Anchor | undefined,
  value: JsonValue,
  before: Pick<State, "nodes" | "characters">,
): void {
  if (!anchor) return;
  anchor.value = value;
  anchor.nodes = state.nodes - before.nodes + 1;
  anchor.characters = state.characters - before.characters;
  anchor.isOpen = false;
}

function constructScalar(state: State, event: EventOf<"SCALAR">, at: number): ScalarValue {
  const text = scalarText(state.text, event);
  const tag = event.tagStart < 0 ? "!" : state.text.slice(event.tagStart, event.tagEnd);
  if (tag === "!") {
    const isPlain = event.style === SCALAR_STYLE.PLAIN && event.tagStart < 0;
    return isPlain ? resolvePlain(text) : text;
  }
  const value = resolveTagged(text, fullTag(tag, state.tagHandles));
  if (value === undefined) {
    report(state, at, "error", "yaml.tag", `"${text}" is not a value of type ${tag}`);
    return null;
  }
  return value;
}

function toJson(state: State, node: Node, at: number): JsonValue {
  if (node.kind === "collection") return node.value;
  const { scalar } = node;
  if (typeof scalar === "bigint") return exactInteger(state, scalar, at);
  if (typeof scalar === "number" && !Number.isFinite(scalar)) {
    report(
      state,
      at,
      "error",
      "yaml.notFinite",
      "infinity and NaN cannot be part of a Kubernetes object",
      "quote it when text is meant",
    );
    return null;
  }
  return scalar;
}

function exactInteger(state: State, integer: bigint, at: number): number {
  const value = Number(integer);
  if (BigInt(value) !== integer)
    report(
      state,
      at,
      "warning",
      "yaml.inexact",
      `${integer} is read as ${value}: integers are exact up to 9007199254740992`,
      "quote it when text is meant",
    );
  return value;
}

function keyText(state: State, node: Node, at: number): string | undefined {
  const key = node.kind === "scalar" ? keyOf(node.scalar) : undefined;
  if (node.kind === "scalar" && typeof node.scalar === "boolean") reportBooleanKey(state, node.scalar, at);
  if (key !== undefined) return key;
  const hint =
    node.kind === "collection"
      ? "a template expression in braces needs quotes around it"
      : "quote it when text is meant";
  report(
    state,
    at,
    "error",
    "yaml.key",
    "a key of a mapping must be text, an integer, a number or a boolean",
    hint,
  );
  return undefined;
}

/** `on: …` and `y: …` are seldom meant as true. */
function reportBooleanKey(state: State, value: boolean, at: number): void {
  const event = state.events[at];
  const text = event?.type === EVENT_ID.SCALAR ? scalarText(state.text, event) : "";
  if (text === "" || text.toLowerCase() === String(value)) return;
  const message = `the key ${text} is read as the boolean ${value}`;
  report(state, at, "warning", "yaml.booleanKey", message, "quote it when text is meant");
}

function reportDuplicate(state: State, key: string, at: number): void {
  report(
    state,
    at,
    "warning",
    "yaml.duplicateKey",
    `the key "${key}" stands here a second time; the last one counts`,
  );
}

function reportOverride(state: State, key: string, at: number): void {
  report(
    state,
    at,
    "warning",
    "yaml.mergeOverrides",
    `this << overwrites the key "${key}" written above it`,
    "move << to the top of the mapping",
  );
}

function report(
  state: State,
  at: number,
  severity: "error" | "warning",
  code: string,
  message: string,
  hint?: string,
): void {
  const { findings } = state;
  const isEnough = findings.length >= MAX_FINDINGS;
  if (isEnough && (severity === "warning" || findings.some((finding) => finding.severity === "error")))
    return;
  findings.push({
    severity,
    code,
    message,
    ...(hint && { hint }),
    offset: eventOffset(state.events, at),
  });
}
