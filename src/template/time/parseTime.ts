import { GoError } from "../goFunction.ts";
import { RFC3339, RFC3339_NANO } from "./formatTime.ts";
import { addSeconds, type DateParts, daysBefore, daysIn, type GoTime, isLeap, timeOfDate } from "./goTime.ts";
import { nextChunk } from "./layout.ts";
import { type Fields, newFields, OutOfRange, readElement, WrongValue } from "./parseElement.ts";
import { quoteTime } from "./quoteTime.ts";
import { fixedZone, UTC } from "./zone.ts";

/**
 * Reads a time in a layout; without a zone it is UTC. Byte strings.
 *
 * @throws GoError with the message of Go's time.ParseInLocation
 * @see Go 1.26 time/format.go, parse
 */
export function parseTime(layout: string, value: string): GoTime {
  if (layout === RFC3339 || layout === RFC3339_NANO) {
    const time = parseRfc3339(value);
    if (time !== undefined) return time;
  }
  const fields = newFields();
  readAll(layout, value, fields);
  return timeOfFields(fields, value);
}

function readAll(layout: string, value: string, fields: Fields): void {
  let left = value;
  for (let rest = layout; ; ) {
    const chunk = nextChunk(rest);
    const [isThere, after] = skip(left, chunk.prefix);
    left = after;
    if (!isThere) throw cannotParse(value, layout, left, chunk.prefix);
    if (chunk.element === undefined) {
      if (left !== "") throw problem(value, `extra text: ${quoteTime(left)}`);
      return;
    }
    rest = chunk.rest;
    try {
      left = readElement(chunk.element, left, fields, rest);
    } catch (error) {
      if (error instanceof OutOfRange) throw problem(value, `${error.message} out of range`);
      if (error instanceof WrongValue) throw cannotParse(value, layout, left, chunk.text);
      throw error;
    }
  }
}

function cannotParse(value: string, layout: string, part: string, element: string): GoError {
  const where = `parsing time ${quoteTime(value)} as ${quoteTime(layout)}`;
  return new GoError(`${where}: cannot parse ${quoteTime(part)} as ${quoteTime(element)}`);
}

function problem(value: string, what: string): GoError {
  return new GoError(`parsing time ${quoteTime(value)}: ${what}`);
}

/** Passes over literal text, any spaces for a space; what is left of the value, also when it does not fit. */
function skip(value: string, prefix: string): readonly [isThere: boolean, left: string] {
  let left = value;
  for (let at = 0; at < prefix.length; ) {
    if (prefix[at] === " ") {
      if (left !== "" && !left.startsWith(" ")) return [false, left];
      while (prefix[at] === " ") at++;
      left = left.replace(/^ +/, "");
      continue;
    }
    if (left === "" || left[0] !== prefix[at]) return [false, left];
    at++;
    left = left.slice(1);
  }
  return [true, left];
}

function timeOfFields(fields: Fields, value: string): GoTime {
  if (fields.isPm && fields.hour < 12) fields.hour += 12;
  else if (fields.isAm && fields.hour === 12) fields.hour = 0;
  const { month, day } = dateOfFields(fields, value);
  if (day < 1 || day > daysIn(month, fields.year)) throw problem(value, "day out of range");
  const utc = timeOfDate(partsOf({ ...fields, month, day }), fields.nsec, UTC);
  if (fields.isUtc) return utc;
  if (fields.offset !== undefined) {
    const time = addSeconds(utc, BigInt(-fields.offset));
    const isUtc = fields.offset === 0 && (fields.zoneName === "" || fields.zoneName === "UTC");
    return isUtc ? time : { ...time, zone: fixedZone(fields.zoneName, fields.offset) };
  }
  if (fields.zoneName === "") return utc;
  return { ...utc, zone: fixedZone(fields.zoneName, gmtOffset(fields.zoneName)) };
}

function partsOf(parts: Record<keyof DateParts, number>): DateParts {
  return {
    year: BigInt(parts.year),
    month: BigInt(parts.month),
    day: BigInt(parts.day),
    hour: BigInt(parts.hour),
    minute: BigInt(parts.minute),
    second: BigInt(parts.second),
  };
}

/** `GMT+3` has an offset; other names are taken as they are, without one. The clock stays as UTC's. */
function gmtOffset(name: string): number {
  const hours = name.startsWith("GMT") ? Number(name.slice(3)) : 0;
  return Number.isNaN(hours) ? 0 : hours * 3600;
}

function dateOfFields(fields: Fields, value: string): { readonly month: number; readonly day: number } {
  const { year, yearDay } = fields;
  if (yearDay === undefined) return { month: fields.month ?? 1, day: fields.day ?? 1 };
  const isLeapDay = isLeap(year) && yearDay === 60;
  const days = isLeap(year) && yearDay > 60 ? yearDay - 1 : yearDay;
  if (!isLeapDay && (days < 1 || days > 365)) throw problem(value, "day-of-year out of range");
  let month = isLeapDay ? 2 : Math.floor((days - 1) / 31) + 1;
  if (!isLeapDay && daysBefore(month + 1, 1) < days) month++;
  const day = isLeapDay ? 29 : days - daysBefore(month, 1);
  if (fields.month !== undefined && fields.month !== month) {
    throw problem(value, "day-of-year does not match month");
  }
  if (fields.day !== undefined && fields.day !== day) throw problem(value, "day-of-year does not match day");
  return { month, day };
}

const RFC3339_FORM = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([-+])(\d\d):(\d\d))$/;

/** The common form, which Go reads by a stricter way of its own; `undefined` when it does not fit. */
function parseRfc3339(value: string): GoTime | undefined {
  const match = RFC3339_FORM.exec(value);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(month, year);
  if (!isDate || hour > 23 || minute > 59 || second > 59) return undefined;
  const offsetHours = Number(match[9] ?? 0);
  const offsetMinutes = Number(match[10] ?? 0);
  if (offsetHours > 23 || offsetMinutes > 59) return undefined;
  const nsec = Number((match[7] ?? "").slice(0, 9).padEnd(9, "0"));
  const utc = timeOfDate(partsOf({ year, month, day, hour, minute, second }), nsec, UTC);
  const offset = (offsetHours * 60 + offsetMinutes) * 60 * (match[8] === "-" ? -1 : 1);
  if (offset === 0) return utc;
  const time = addSeconds(utc, BigInt(-offset));
  return { ...time, zone: fixedZone("", offset) };
}
