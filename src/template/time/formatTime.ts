import { type Calendar, calendarOf, type GoTime, momentOf } from "./goTime.ts";
import { type Element, MONTHS, nextChunk, WEEKDAYS } from "./layout.ts";
import type { ZoneMoment } from "./zone.ts";

/** `2006-01-02T15:04:05.999999999Z07:00` */
export const RFC3339_NANO = "2006-01-02T15:04:05.999999999Z07:00";

/** `2006-01-02T15:04:05Z07:00` */
export const RFC3339 = "2006-01-02T15:04:05Z07:00";

/** A time in Go's layout; byte strings. @see Go 1.26 time/format.go, appendFormat */
export function formatTime(time: GoTime, layout: string): string {
  const calendar = calendarOf(time);
  const moment = momentOf(time);
  let out = "";
  for (let left = layout; left !== ""; ) {
    const { prefix, element, rest } = nextChunk(left);
    out += prefix;
    if (element === undefined) break;
    out += elementText(element, calendar, moment, time.nsec);
    left = rest;
  }
  return out;
}

function elementText(element: Element, c: Calendar, moment: ZoneMoment, nsec: number): string {
  switch (element.kind) {
    case "2006":
      return padded(c.year, 4);
    case "06":
      return padded(Math.abs(c.year) % 100, 2);
    case "January":
      return MONTHS[c.month - 1] ?? "";
    case "Jan":
      return (MONTHS[c.month - 1] ?? "").slice(0, 3);
    case "1":
      return String(c.month);
    case "01":
      return padded(c.month, 2);
    case "Monday":
      return WEEKDAYS[c.weekday] ?? "";
    case "Mon":
      return (WEEKDAYS[c.weekday] ?? "").slice(0, 3);
    case "2":
      return String(c.day);
    case "_2":
      return String(c.day).padStart(2);
    case "02":
      return padded(c.day, 2);
    case "__2":
      return String(c.yearDay).padStart(3);
    case "002":
      return padded(c.yearDay, 3);
    default:
      return clockText(element, c, moment, nsec);
  }
}

function clockText(element: Element, c: Calendar, moment: ZoneMoment, nsec: number): string {
  switch (element.kind) {
    case "15":
      return padded(c.hour, 2);
    case "3":
      return String(c.hour % 12 || 12);
    case "03":
      return padded(c.hour % 12 || 12, 2);
    case "4":
      return String(c.minute);
    case "04":
      return padded(c.minute, 2);
    case "5":
      return String(c.second);
    case "05":
      return padded(c.second, 2);
    case "PM":
      return c.hour >= 12 ? "PM" : "AM";
    case "pm":
      return c.hour >= 12 ? "pm" : "am";
    case "MST":
      return moment.name === "" ? offsetText("-0700", moment.offset) : moment.name;
    case "fraction":
      return fractionText(element, nsec);
    default:
      return offsetText(element.kind, moment.offset);
  }
}

function padded(value: number, width: number): string {
  const digits = String(Math.abs(value)).padStart(width, "0");
  return value < 0 ? `-${digits}` : digits;
}

/** `form` is an element such as `Z07:00`; the places of its colons and digits count. */
function offsetText(form: string, offset: number): string {
  if (offset === 0 && form.startsWith("Z")) return "Z";
  const minutes = Math.trunc(offset / 60);
  const size = Math.abs(minutes);
  const colon = form.includes(":") ? ":" : "";
  let text = (minutes < 0 ? "-" : "+") + padded(Math.floor(size / 60), 2);
  if (form.length > 3) text += colon + padded(size % 60, 2);
  if (form.length > 6) text += colon + padded((minutes < 0 ? -offset : offset) % 60, 2);
  return text;
}

function fractionText(element: Extract<Element, { kind: "fraction" }>, nsec: number): string {
  const { trims, digits, separator } = element;
  if (trims && (digits === 0 || nsec === 0)) return "";
  const text = separator + padded(nsec, 9).slice(0, digits);
  if (!trims) return text;
  const kept = text.replace(/0+$/, "");
  return kept === separator ? "" : kept;
}

/** As Go's String method writes it. */
export function timeText(time: GoTime): string {
  return formatTime(time, "2006-01-02 15:04:05.999999999 -0700 MST");
}
