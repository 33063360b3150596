import { EVENT_ID, type Event } from "js-yaml";
import type { Issue } from "../base/issue.ts";
import { eventOffset, isMergeKey, keyOfEvent } from "./eventText.ts";
import type { ParsedDocument } from "./parseYaml.ts";
import { issueIn, type Position, positionAt } from "./textSource.ts";

/** Keys and indices from the root of a document. */
export type YamlPath = readonly (string | number)[];

/**
 * The place of a value, or of its key, in the file. Where the path leads nowhere, the place of the deepest value on
 * it that exists.
 *
 * Found by walking the parser's events: it costs time when asked and nothing before.
 */
export function positionOf(
  document: ParsedDocument,
  path: YamlPath,
  part: "key" | "value" = "value",
): Position {
  let found: Found = { key: document.firstEvent + 1, value: document.firstEvent + 1 };
  for (const segment of path) {
    const next = child(document, found.value, segment);
    if (!next) return at(document, found.value);
    found = next;
  }
  return at(document, part === "key" ? found.key : found.value);
}

/** An issue at a path of a document. */
export function issueAt(
  document: ParsedDocument,
  path: YamlPath,
  issue: Pick<Issue, "severity" | "code" | "message" | "hint"> & { readonly part?: "key" | "value" },
): Issue {
  return issueIn(document.source, positionOf(document, path, issue.part), issue);
}

/** The line of a document's first value, from 1. */
export function lineOf(document: ParsedDocument): number {
  return positionOf(document, []).line;
}

/** Indices of events. */
interface Found {
  readonly key: number;
  readonly value: number;
}

function at(document: ParsedDocument, index: number): Position {
  return positionAt(document.source, eventOffset(document.events, index));
}

function child(document: ParsedDocument, index: number, segment: string | number): Found | undefined {
  const target = resolveAlias(document, index);
  const event = document.events[target];
  if (event?.type === EVENT_ID.MAPPING) return member(document, target, String(segment));
  if (event?.type === EVENT_ID.SEQUENCE) return item(document.events, target, Number(segment));
  return undefined;
}

function item(events: readonly Event[], sequence: number, wanted: number): Found | undefined {
  let index = sequence + 1;
  for (let position = 0; events[index]?.type !== EVENT_ID.POP; position++) {
    if (position === wanted) return { key: index, value: index };
    index = afterNode(events, index);
  }
  return undefined;
}

function member(document: ParsedDocument, mapping: number, name: string): Found | undefined {
  const { events, text } = document;
  let found: Found | undefined;
  for (let key = mapping + 1; events[key]?.type !== EVENT_ID.POP; ) {
    const value = afterNode(events, key);
    const event = events[resolveAlias(document, key)] as Event;
    if (isMergeKey(text, event)) found = mergedMember(document, value, name) ?? found;
    else if (keyOfEvent(text, event) === name) found = { key, value };
    key = afterNode(events, value);
  }
  return found;
}

function mergedMember(document: ParsedDocument, index: number, name: string): Found | undefined {
  const source = resolveAlias(document, index);
  const event = document.events[source];
  if (event?.type === EVENT_ID.MAPPING) return member(document, source, name);
  if (event?.type !== EVENT_ID.SEQUENCE) return undefined;
  for (let entry = source + 1; document.events[entry]?.type !== EVENT_ID.POP; ) {
    const found = mergedMember(document, entry, name);
    if (found) return found;
    entry = afterNode(document.events, entry);
  }
  return undefined;
}

/** Index of the event behind a node and all that is in it. */
function afterNode(events: readonly Event[], start: number): number {
  let depth = 0;
  for (let index = start; index < events.length; index++) {
    const type = events[index]?.type;
    if (type === EVENT_ID.SEQUENCE || type === EVENT_ID.MAPPING) depth++;
    else if (type === EVENT_ID.POP) depth--;
    if (depth === 0) return index + 1;
  }
  return events.length;
}

/** The node that an alias names: the last one before it with that anchor. Other nodes are returned as they are. */
function resolveAlias(document: ParsedDocument, index: number): number {
  const { events, text } = document;
  const alias = events[index];
  if (alias?.type !== EVENT_ID.ALIAS) return index;
  const name = text.slice(alias.anchorStart, alias.anchorEnd);
  for (let before = index - 1; before > document.firstEvent; before--) {
    const event = events[before] as Event;
    const isAnchored = event.type !== EVENT_ID.ALIAS && "anchorStart" in event && event.anchorStart >= 0;
    if (isAnchored && text.slice(event.anchorStart, event.anchorEnd) === name) return before;
  }
  return index;
}
