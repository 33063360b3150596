import { bytesOf, textOf } from "./goString.ts";
import { Float64, GoList, GoMap, GoStruct, type GoValue, intIn } from "./goValue.ts";
import type { CommandNode, Operand, TemplateNode } from "./node.ts";
import { nodeText } from "./nodeText.ts";
import { quote } from "./quote.ts";
import {
  type CallChain,
  type FailedField,
  markAt,
  type OpenBlock,
  positionAt,
  type TemplateMark,
  type UnknownName,
} from "./templateError.ts";
import type { Token } from "./token.ts";

/** What an error may point at. */
export type ErrorNode = Operand | CommandNode | TemplateNode;

/** The calls of templates that lead to where an execution is, innermost first. */
export interface Caller {
  readonly node: TemplateNode;
  readonly outer: Caller | undefined;
}

/** A field that could not be read: which of the operand's names, and from what. */
export interface FieldFailure {
  readonly at: number;
  readonly receiver: GoValue;
}

/** The words of a node in a template's bytes; of an operand with fields only the one in question. */
export function markOf(bytes: string, node: ErrorNode, field?: number): TemplateMark {
  const names = field === undefined ? [] : namesOf(node);
  if (field !== undefined && names.length > 0) {
    const lengths = names.map((name) => bytesOf(name).length + 1);
    // The place of a field with several names is that of the second one.
    const first = node.kind === "field" && names.length > 1 ? node.pos - (lengths[0] ?? 0) : node.pos;
    const start = first + lengths.slice(0, field).reduce((sum, length) => sum + length, 0);
    return markAt(bytes, start, start + (lengths[field] ?? 1));
  }
  const text = node.kind === "template" ? quote(bytesOf(node.name)) : nodeText(node);
  const start = startOf(node);
  if (bytes.startsWith(text, start)) return markAt(bytes, start, start + text.length);
  const word = /^[^\s(){}|]+/.exec(bytes.slice(node.pos))?.[0] ?? " ";
  return markAt(bytes, node.pos, node.pos + word.length);
}

/** Where the text of a node begins: the place of one with fields is that of a field. */
function startOf(node: ErrorNode): number {
  if (node.kind === "field" && node.names.length > 1)
    return node.pos - bytesOf(node.names[0] ?? "").length - 1;
  if (node.kind === "variable" && node.fields.length > 0) return node.pos - bytesOf(node.name).length;
  return node.pos;
}

/** Which of an operand's names that is. */
export function fieldIndex(node: ErrorNode, name: string): number {
  return namesOf(node).indexOf(textOf(name));
}

function namesOf(node: ErrorNode): readonly string[] {
  if (node.kind === "field" || node.kind === "chain") return node.names;
  return node.kind === "variable" ? node.fields : [];
}

/** The words of a token; that of an error has its message for a text. */
export function tokenMark(bytes: string, token: Token | undefined): TemplateMark {
  const { pos, type, value } = token ?? { pos: 0, type: "eof", value: "" };
  return markAt(bytes, pos, pos + (type === "error" || type === "eof" ? 1 : value.length));
}

/** An error tells so many of the blocks that are open. */
const SHOWN_BLOCKS = 5;

/** The innermost of the blocks whose keywords these are. */
export function openBlocks(bytes: string, keywords: readonly Token[]): readonly OpenBlock[] {
  return keywords
    .slice(-SHOWN_BLOCKS)
    .map(({ value, pos }) => ({ keyword: value, ...positionAt(bytes, pos) }));
}

/** What a failed field tells, with the names that its receiver has. */
export function fieldDetails(
  node: ErrorNode,
  { at, receiver }: FieldFailure,
  root: GoValue,
): { readonly field: FailedField; readonly unknown: UnknownName | undefined } {
  const names = namesOf(node);
  const name = names[at] ?? "";
  const candidates = keysOf(receiver);
  const owner = node.kind === "variable" ? node.name : node.kind === "field" ? "" : undefined;
  const isInRoot = at === 0 && root !== receiver && keysOf(root)?.includes(names[0] ?? "") === true;
  return {
    field: { names, at, owner, receiver: kindInWords(receiver), isInRoot },
    unknown: candidates && { kind: "key", name, candidates, elsewhere: elsewhere(receiver, name, root) },
  };
}

/** Of the data alone: what lies in the map of some other value is that value's own affair. */
function elsewhere(receiver: GoValue, name: string, root: GoValue): string | undefined {
  if (!(receiver instanceof GoMap) || receiver !== root) return undefined;
  const holder = receiver.keys().find((key) => {
    const value = receiver.get(key);
    return value instanceof GoMap && value.has(bytesOf(name));
  });
  return holder === undefined ? undefined : `.${textOf(holder)}.${name}`;
}

/** So many calls at the inner end of a chain are kept, and one at the outer. */
const KEPT_CALLS = 4;

/** A chain as it is told: calls of one place in a row become one. */
export function chainOf(bytes: string, innermost: Caller | undefined): CallChain {
  const rows: { readonly node: TemplateNode; times: number }[] = [];
  for (let at = innermost; at !== undefined; at = at.outer) {
    const last = rows.at(-1);
    if (last?.node === at.node) last.times++;
    else rows.push({ node: at.node, times: 1 });
  }
  const kept = rows.length > KEPT_CALLS + 1 ? [...rows.slice(0, KEPT_CALLS), ...rows.slice(-1)] : rows;
  const count = (some: typeof rows): number => some.reduce((sum, { times }) => sum + times, 0);
  return {
    calls: kept.map(({ node, times }) => ({ name: node.name, times, ...markOf(bytes, node) })),
    hidden: count(rows) - count(kept),
  };
}

/** Who mistypes a name mistypes it among few short ones. */
const MOST_CANDIDATES = 1000;
const LONGEST_CANDIDATE = 200;

function keysOf(value: GoValue): readonly string[] | undefined {
  if (value instanceof GoMap && value.size > MOST_CANDIDATES) return undefined;
  if (value instanceof GoMap)
    return value
      .keys()
      .filter((key) => key.length <= LONGEST_CANDIDATE)
      .map(textOf);
  return value instanceof GoStruct ? [...value.type.fields.keys()].map(textOf) : undefined;
}

function kindInWords(value: GoValue): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "string") return "text";
  if (typeof value === "boolean") return "a boolean";
  if (value instanceof GoList) return "a list";
  if (value instanceof GoMap) return "a map";
  if (value instanceof Float64 || intIn(value) !== undefined) return "a number";
  return "a value without fields";
}
