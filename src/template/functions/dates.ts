import {
  ANY,
  type CallContext,
  fn,
  GoError,
  type GoFunction,
  type GoFunctions,
  STRING,
} from "../goFunction.ts";
import { type GoValue, type Int, SizedInt } from "../goValue.ts";
import { durationText, parseDuration, roundDuration } from "../time/duration.ts";
import { formatTime } from "../time/formatTime.ts";
import {
  addDuration,
  type GoTime,
  timeAt,
  timeBetween,
  timeOfNanoseconds,
  unixOf,
  ZERO_TIME,
} from "../time/goTime.ts";
import { parseTime } from "../time/parseTime.ts";
import { isTime, TIME_PARAM, timeIn } from "../time/timeParam.ts";
import { timeValue } from "../time/timeTypes.ts";
import { UTC, type Zone } from "../time/zone.ts";
import { zoneNamed } from "../time/zoneNamed.ts";
import { nearestInt, parseInteger } from "./conversion.ts";
import { costly } from "./costly.ts";

const HTML = "2006-01-02";

const inZone = fn([STRING, ANY, STRING], ([layout, date, zone], context) =>
  formatTime({ ...timeFrom(date, context), zone: zoneOf(zone) }, layout),
);
const modify = fn([STRING, TIME_PARAM], ([text, time]) => {
  const duration = orUndefined(() => parseDuration(text));
  return duration === undefined ? time : timeValue(addDuration(timeIn(time), duration));
});
const mustModify = fn([STRING, TIME_PARAM], ([text, time]) =>
  timeValue(addDuration(timeIn(time), parseDuration(text))),
);

const PLAIN = new Map<string, GoFunction>([
  ["now", fn([], (_args, { now }) => timeValue(timeOfNanoseconds(now)))],
  ["ago", fn([ANY], ([date], context) => ago(date, context))],
  [
    "date",
    fn([STRING, ANY], ([layout, date], context) =>
      formatTime({ ...timeFrom(date, context), zone: UTC }, layout),
    ),
  ],
  ["dateInZone", inZone],
  ["date_in_zone", inZone],
  ["htmlDate", fn([ANY], ([date], context) => formatTime({ ...timeFrom(date, context), zone: UTC }, HTML))],
  [
    "htmlDateInZone",
    fn([ANY, STRING], ([date, zone], context) =>
      formatTime({ ...timeFrom(date, context), zone: zoneOf(zone) }, HTML),
    ),
  ],
  ["dateModify", modify],
  ["date_modify", modify],
  ["mustDateModify", mustModify],
  ["must_date_modify", mustModify],
  [
    "toDate",
    fn([STRING, STRING], ([layout, text]) =>
      timeValue(orUndefined(() => parseTime(layout, text)) ?? ZERO_TIME),
    ),
  ],
  ["mustToDate", fn([STRING, STRING], ([layout, text]) => timeValue(parseTime(layout, text)))],
  ["unixEpoch", fn([TIME_PARAM], ([time]) => String(unixOf(timeIn(time))))],
  ["duration", fn([ANY], ([seconds]) => durationText(wrap(secondsIn(seconds) * 1_000_000_000n)))],
  ["durationRound", fn([ANY], ([value], context) => roughly(durationIn(value, context)))],
]);

/** Units of work: of one call, which may read a time zone, and of each byte of a layout or a text. */
const CALL_WORK = 5_000;
const BYTE_WORK = 80;

/** Sprig's functions on dates; the local time is UTC. @see Sprig 3.3 date.go */
export const DATE_FUNCTIONS: GoFunctions = new Map(
  Array.from(PLAIN, ([name, called]) => [name, costly(CALL_WORK, BYTE_WORK, called)]),
);

function wrap(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

/** What Sprig makes of an error in the functions without `must`. */
function orUndefined<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch (error) {
    if (error instanceof GoError) return undefined;
    throw error;
  }
}

/** A time, or seconds since 1970; anything else is now. */
function timeFrom(value: GoValue, { now }: CallContext): GoTime {
  if (isTime(value)) return timeIn(value);
  const seconds = secondsOf(value);
  return seconds === undefined ? timeOfNanoseconds(now) : timeAt(BigInt(seconds), 0, UTC);
}

function secondsOf(value: GoValue): Int | undefined {
  if (typeof value === "number" || typeof value === "bigint") return value;
  return value instanceof SizedInt && (value.type === "int64" || value.type === "int32")
    ? value.value
    : undefined;
}

/** A name that is no zone is UTC. */
function zoneOf(name: string): Zone {
  return zoneNamed(name) ?? UTC;
}

/** Since then, in whole seconds. */
function ago(value: GoValue, context: CallContext): string {
  const isInt32 = value instanceof SizedInt && value.type === "int32"; // which Sprig forgot here
  const now = timeOfNanoseconds(context.now);
  const since = isInt32 ? 0n : timeBetween(now, timeFrom(value, context));
  return durationText(roundDuration(since, 1_000_000_000n));
}

function secondsIn(value: GoValue): bigint {
  if (typeof value === "string") return BigInt(parseInteger(value, 10) ?? nearestInt(value));
  return value instanceof SizedInt && value.type === "int64" ? BigInt(value.value) : 0n;
}

function durationIn(value: GoValue, { now }: CallContext): bigint {
  if (typeof value === "string") return orUndefined(() => parseDuration(value)) ?? 0n;
  if (isTime(value)) return timeBetween(timeOfNanoseconds(now), timeIn(value));
  return value instanceof SizedInt && value.type === "int64" ? BigInt(value.value) : 0n;
}

const SECOND = 1_000_000_000n;

const ROUGH: readonly (readonly [size: bigint, unit: string])[] = [
  [365n * 86_400n * SECOND, "y"],
  [30n * 86_400n * SECOND, "mo"],
  [86_400n * SECOND, "d"],
  [3600n * SECOND, "h"],
  [60n * SECOND, "m"],
  [SECOND, "s"],
];

/** In the largest unit that it is more than one of. */
function roughly(duration: bigint): string {
  const size = duration < 0n ? -duration : duration;
  const fitting = ROUGH.find(([unit]) => size > unit);
  return fitting === undefined ? "0s" : `${size / fitting[0]}${fitting[1]}`;
}
