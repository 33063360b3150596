import { isUtf8 } from "node:buffer";
import { RE2JS, RE2JSException } from "re2js";
import {
  type CallContext,
  fn,
  GoError,
  type GoFunction,
  type GoFunctions,
  INT,
  STRING,
} from "../goFunction.ts";
import { bytesOf, textOf } from "../goString.ts";
import { GoList, stringsOf } from "../goValue.ts";
import { canBackquote, quote } from "../quote.ts";
import { bytesOfKept, keptTextOf } from "./keptText.ts";
import { patternWork } from "./patternWork.ts";

/**
 * Sprig's regular expressions, with RE2's syntax and linear time.
 *
 * They match text, in which bytes that are no UTF-8 are U+FFFD, and give those bytes as they were.
 *
 * @see Sprig 3.3 regex.go, Go regexp
 */
export const REGEX_FUNCTIONS: GoFunctions = new Map<string, GoFunction>([
  [
    "regexMatch",
    fn([STRING, STRING], ([pattern, text], context) => {
      searchWork(context, pattern, text);
      return tryCompile(pattern)?.matcher(textOf(text)).find() ?? false;
    }),
  ],
  [
    "mustRegexMatch",
    fn([STRING, STRING], ([p, text], context) => {
      searchWork(context, p, text);
      return compile(p, false).matcher(textOf(text)).find();
    }),
  ],
  ["regexQuoteMeta", fn([STRING], ([text]) => text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&"))],
  ...both("FindAll", (must) =>
    fn([STRING, STRING, INT], ([p, text, n], context) => {
      const pay = searchWork(context, p, text);
      return findAll(compile(p, !must), text, Number(n), pay);
    }),
  ),
  ...both("Find", (must) =>
    fn([STRING, STRING], ([p, text], context) => {
      const pay = searchWork(context, p, text);
      const match = matchesOf(compile(p, !must), textOf(text), 1, pay)[0];
      return match === undefined ? "" : bytesOfKept(keptTextOf(text).slice(match.start, match.end));
    }),
  ),
  ...both("ReplaceAll", (must) =>
    fn([STRING, STRING, STRING], ([p, text, template], context) => {
      const pay = searchWork(context, p, text);
      const regex = compile(p, !must);
      const kept = keptTextOf(template);
      const groups = kept.split("$").length - 1;
      return replaceAll(regex, text, pay, (match, subject) => {
        context.charge(kept.length + groups * (REPLACE_WORK + match.end - match.start));
        return expand(kept, match, subject, regex);
      });
    }),
  ),
  ...both("ReplaceAllLiteral", (must) =>
    fn([STRING, STRING, STRING], ([p, text, literal], context) => {
      const pay = searchWork(context, p, text);
      const kept = keptTextOf(literal);
      return replaceAll(compile(p, !must), text, pay, () => kept);
    }),
  ),
  ...both("Split", (must) =>
    fn([STRING, STRING, INT], ([p, text, n], context) => {
      const pay = searchWork(context, p, text);
      return split(compile(p, !must), p, text, Number(n), pay);
    }),
  ),
]);

function both(name: string, make: (must: boolean) => GoFunction): [string, GoFunction][] {
  return [
    [`regex${name}`, make(false)],
    [`mustRegex${name}`, make(true)],
  ];
}

/** Accounts for one more match: characters that were not searched yet, and characters that it gives. */
type Pay = (rest: number, given: number) => void;

/** Units of work to compile an instruction, and for one to look at a character. */
const COMPILE_WORK = 200;
const STEP_WORK = 3;
/** To begin one more search. */
const MATCH_WORK = 500;
/** To put a group in the place of its name. */
const REPLACE_WORK = 50;

/** Accounts for compiling a pattern and searching a text once; what it returns does so for each match. */
function searchWork(context: CallContext, pattern: string, text: string): Pay {
  const { size, isUnbounded } = patternWork(pattern);
  context.charge(size * (COMPILE_WORK + STEP_WORK * text.length));
  // A search that finds a short match may have read all of the rest, and the next one does so again.
  return (rest, given) => context.charge(MATCH_WORK + STEP_WORK * given + (isUnbounded ? rest * size : size));
}

/** Compiles a pattern; the plain functions panic on a bad one and say more than those with `must`. */
function compile(pattern: string, panics: boolean): RE2JS {
  try {
    const bad = firstBadByte(pattern);
    if (bad !== undefined) {
      throw new RE2JSException(`error parsing regexp: invalid UTF-8: \`${textOf(pattern.slice(bad))}\``);
    }
    return compileText(textOf(pattern));
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const message = bytesOf(error.message.replace(/^(.*trailing backslash at end of expression)$/, "$1: ``"));
    const shown = canBackquote(pattern) ? `\`${pattern}\`` : quote(pattern);
    throw new GoError(panics ? `regexp: Compile(${shown}): ${message}` : message);
  }
}

/** Follows the name of a group that an earlier one has, too: re2js takes each name once, Go any number of times. */
const AGAIN = "__again";

function compileText(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes("duplicate capture group name")) throw error;
    const seen = new Map<string, number>();
    const renamed = pattern.replace(/(\(\?P?<)(\w+)>/g, (whole, open: string, name: string) => {
      const times = seen.get(name) ?? 0;
      seen.set(name, times + 1);
      return times === 0 ? whole : `${open}${name}${AGAIN}${times}>`;
    });
    return RE2JS.compile(renamed);
  }
}

/** The groups of that name, the first in the pattern first. */
function groupsNamed(regex: RE2JS, name: string): readonly number[] {
  return Object.entries(regex.namedGroups())
    .filter(([known]) => known === name || known.startsWith(name + AGAIN))
    .map(([, group]) => Number(group))
    .toSorted((a, b) => a - b);
}

function firstBadByte(bytes: string): number | undefined {
  if (isUtf8(Buffer.from(bytes, "latin1"))) return undefined;
  const text = keptTextOf(bytes);
  return bytesOfKept(text.slice(0, text.search(/[\uDC80-\uDCFF]/u))).length;
}

function tryCompile(pattern: string): RE2JS | undefined {
  try {
    return compile(pattern, false);
  } catch (error) {
    if (error instanceof GoError) return undefined;
    throw error;
  }
}

/** One match: where it lies, and its groups, the whole first. */
interface Match {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (Span | undefined)[];
}

type Span = readonly [start: number, end: number];

/** The match that begins at or after a place. */
function matchFrom(regex: RE2JS, text: string, from: number): Match | undefined {
  const matcher = regex.matcher(text);
  if (!matcher.find(from)) return undefined;
  const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, i): Span | undefined =>
    matcher.start(i) < 0 ? undefined : [matcher.start(i), matcher.end(i)],
  );
  return { start: matcher.start(), end: matcher.end(), groups };
}

function charSizeAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

/** Up to so many matches, all when negative; an empty one directly after another does not count. */
function matchesOf(regex: RE2JS, text: string, limit: number, pay: Pay): readonly Match[] {
  const found: Match[] = [];
  const most = limit < 0 ? text.length + 1 : limit;
  let previousEnd = -1;
  for (let at = 0; found.length < most && at <= text.length; ) {
    const match = matchFrom(regex, text, at);
    if (match === undefined) break;
    pay(text.length - at, match.end - match.start);
    const isAtPlace = match.end === at;
    if (!(isAtPlace && match.start === previousEnd)) found.push(match);
    at = isAtPlace ? at + charSizeAt(text, at) : match.end;
    previousEnd = match.end;
  }
  return found;
}

function findAll(regex: RE2JS, bytes: string, limit: number, pay: Pay): GoList {
  const matches = matchesOf(regex, textOf(bytes), limit, pay);
  if (matches.length === 0) return new GoList("string", [], true);
  const kept = keptTextOf(bytes);
  return stringsOf(matches.map(({ start, end }) => bytesOfKept(kept.slice(start, end))));
}

/** @param replacement  what comes in place of a match in a subject; both are texts as keptText.ts has them */
function replaceAll(
  regex: RE2JS,
  bytes: string,
  pay: Pay,
  replacement: (match: Match, subject: string) => string,
): string {
  const text = textOf(bytes);
  const kept = keptTextOf(bytes);
  let out = "";
  let lastEnd = 0;
  for (let at = 0; at <= text.length; ) {
    const match = matchFrom(regex, text, at);
    if (match === undefined) break;
    out += kept.slice(lastEnd, match.start);
    const given = match.end > lastEnd || match.start === 0 ? replacement(match, kept) : "";
    pay(text.length - at, given.length);
    out += given;
    lastEnd = match.end;
    at = Math.max(match.end, at + (at < text.length ? charSizeAt(text, at) : 1));
  }
  return bytesOfKept(out + kept.slice(lastEnd));
}

/** `$1`, `${1}`, `$name`, `$$`. @see Go regexp, Expand */
function expand(template: string, match: Match, subject: string, regex: RE2JS): string {
  return template.replace(/\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu, (whole, ...names) => {
    if (whole === "$$") return "$";
    const name = (names[0] ?? names[1]) as string;
    const isNumber = /^(?:0|[1-9][0-9]*)$/.test(name);
    const groups = isNumber ? [Number(name)] : groupsNamed(regex, name);
    const span = groups.map((group) => match.groups[group]).find((found) => found !== undefined);
    return span === undefined ? "" : subject.slice(...span);
  });
}

function split(regex: RE2JS, pattern: string, bytes: string, limit: number, pay: Pay): GoList {
  if (limit === 0) return new GoList("string", [], true);
  if (pattern !== "" && bytes === "") return stringsOf([""]);
  const kept = keptTextOf(bytes);
  const parts: string[] = [];
  let from = 0;
  let end = 0;
  for (const match of matchesOf(regex, textOf(bytes), limit, pay)) {
    if (limit > 0 && parts.length === limit - 1) break;
    end = match.start;
    if (match.end !== 0) parts.push(kept.slice(from, end));
    from = match.end;
  }
  if (end !== kept.length) parts.push(kept.slice(from));
  return stringsOf(parts.map(bytesOfKept));
}
