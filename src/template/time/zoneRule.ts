import { calendarOf, daysBefore, daysIn, timeAt } from "./goTime.ts";
import { UTC, type ZoneMoment } from "./zone.ts";

/** The rule for the time after a zone's last change, as POSIX writes it: `CET-1CEST,M3.5.0,M10.5.0/3`. */
export interface ZoneRule {
  readonly standard: ZoneMoment;
  readonly summer:
    | { readonly moment: ZoneMoment; readonly start: RuleDay; readonly end: RuleDay }
    | undefined;
}

/** A weekday of a month: the n-th, the last one when 5; seconds after its midnight. */
interface RuleDay {
  readonly month: number;
  readonly week: number;
  readonly weekday: number;
  readonly time: number;
}

const NAME = "(<[^>]*>|[A-Za-z]+)";
const OFFSET = "([-+]?[0-9]+(?::[0-9]+){0,2})";
const DAY = "M([0-9]+)\\.([0-9])\\.([0-9])(?:/([-+]?[0-9]+(?::[0-9]+){0,2}))?";
const RULE = new RegExp(`^${NAME}${OFFSET}(?:${NAME}${OFFSET}?,${DAY},${DAY})?$`);

/** `undefined` for a rule of another form, which the table does not have. */
export function parseRule(text: string): ZoneRule | undefined {
  const match = RULE.exec(text);
  if (match === null) return undefined;
  const [, name = "", offset = "", summerName, summerOffset, ...days] = match;
  const standard = { name: bare(name), offset: -secondsOf(offset) + 0 };
  if (summerName === undefined) return { standard, summer: undefined };
  const moment = {
    name: bare(summerName),
    offset: summerOffset === undefined ? standard.offset + 3600 : -secondsOf(summerOffset) + 0,
  };
  return { standard, summer: { moment, start: dayOf(days.slice(0, 4)), end: dayOf(days.slice(4)) } };
}

function bare(name: string): string {
  return name.replace(/^<(.*)>$/, "$1");
}

function secondsOf(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[-+]/, "").split(":").map(Number);
  return (hours * 3600 + minutes * 60 + seconds) * (text.startsWith("-") ? -1 : 1);
}

function dayOf([month, week, weekday, time]: readonly (string | undefined)[]): RuleDay {
  return {
    month: Number(month),
    week: Number(week),
    weekday: Number(weekday),
    time: time === undefined ? 7200 : secondsOf(time),
  };
}

/** @see Go 1.26 time/zoneinfo.go, tzset */
export function momentByRule({ standard, summer }: ZoneRule, unix: bigint): ZoneMoment {
  if (summer === undefined) return standard;
  const { year, yearDay, hour, minute, second, weekday } = calendarOf(timeAt(unix, 0, UTC));
  const now = (yearDay - 1) * 86_400 + hour * 3600 + minute * 60 + second;
  const firstWeekday = (((weekday - yearDay + 1) % 7) + 7) % 7;
  const start = secondOf(summer.start, year, firstWeekday) - standard.offset;
  const end = secondOf(summer.end, year, firstWeekday) - summer.moment.offset;
  if (start <= end) return now >= start && now < end ? summer.moment : standard;
  return now >= end && now < start ? standard : summer.moment;
}

/** Second of the year; `firstWeekday` is that of January 1. */
function secondOf({ month, week, weekday, time }: RuleDay, year: number, firstWeekday: number): number {
  const before = daysBefore(month, year);
  let day = (((weekday - firstWeekday - before) % 7) + 7) % 7;
  for (let n = 1; n < week && day + 7 < daysIn(month, year); n++) day += 7;
  return (before + day) * 86_400 + time;
}
