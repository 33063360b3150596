import { GoError, INT, STRING } from "../goFunction.ts";
import {
  byteList,
  Float64,
  GoList,
  GoStruct,
  type GoValue,
  type Int,
  int64,
  type StructMethod,
  wrapInt,
} from "../goValue.ts";
import { BYTES, structParam } from "../structParam.ts";
import { roundDuration } from "./duration.ts";
import { formatTime, timeText } from "./formatTime.ts";
import {
  addDuration,
  type Calendar,
  calendarOf,
  compareTimes,
  type GoTime,
  timeBetween,
  timeOfDate,
  unixOf,
} from "./goTime.ts";
import { binaryTime, goStringOfTime, strictText } from "./marshalTime.ts";
import { TIME_PARAM, timeIn } from "./timeParam.ts";
import { UTC, type Zone } from "./zone.ts";

/** Makes values of the types that methods of a time give. */
export interface TimeValues {
  readonly time: (time: GoTime) => GoValue;
  readonly duration: (nanoseconds: bigint) => GoValue;
  readonly month: (month: number) => GoValue;
  readonly weekday: (weekday: number) => GoValue;
  readonly location: (zone: Zone) => GoValue;
}

const DURATION_PARAM = structParam("time.Duration", "integer");
const LOCATION_PARAM = structParam("*time.Location", "none");

type Method = StructMethod<GoTime>;
type Entry = readonly [string, Method];

/** The methods of Go's time.Time. */
export function timeMethods(values: TimeValues): ReadonlyMap<string, Method> {
  return new Map<string, Method>([
    ...calendarMethods(values),
    ...arithmeticMethods(values),
    ...comparisonMethods(),
    ...unixMethods(),
    ...textMethods(),
    ...zoneMethods(values),
    unfit("Date", "function Date has 3 return values; should be 1 or 2"),
    unfit("Clock", "function Clock has 3 return values; should be 1 or 2"),
    unfit("ISOWeek", secondResult("ISOWeek", "int")),
    unfit("Zone", secondResult("Zone", "int")),
    unfit("ZoneBounds", secondResult("ZoneBounds", "time.Time")),
  ]);
}

function secondResult(name: string, type: string): string {
  return `invalid function signature for ${name}: second return value should be error; is ${type}`;
}

function unfit(name: string, message: string): Entry {
  return [name, { params: [], unfit: message, call: () => undefined }];
}

function getter(name: string, get: (time: GoTime) => GoValue): Entry {
  return [name, { params: [], call: get }];
}

function part(name: string, get: (calendar: Calendar) => GoValue): Entry {
  return getter(name, (time) => get(calendarOf(time)));
}

function calendarMethods({ month, weekday }: TimeValues): readonly Entry[] {
  return [
    part("Year", (c) => c.year),
    part("Month", (c) => month(c.month)),
    part("Day", (c) => c.day),
    part("YearDay", (c) => c.yearDay),
    part("Weekday", (c) => weekday(c.weekday)),
    part("Hour", (c) => c.hour),
    part("Minute", (c) => c.minute),
    part("Second", (c) => c.second),
    getter("Nanosecond", ({ nsec }) => nsec),
  ];
}

function arithmeticMethods({ time, duration }: TimeValues): readonly Entry[] {
  return [
    ["Add", { params: [DURATION_PARAM], call: (t, [d]) => time(addDuration(t, nanoseconds(d))) }],
    ["Sub", { params: [TIME_PARAM], call: (t, [other]) => duration(timeBetween(t, timeIn(other))) }],
    ["AddDate", { params: [INT, INT, INT], call: (t, args) => time(addDate(t, args.map(integer))) }],
    ["Round", { params: [DURATION_PARAM], call: (t, [d]) => time(round(t, nanoseconds(d))) }],
    ["Truncate", { params: [DURATION_PARAM], call: (t, [d]) => time(truncate(t, nanoseconds(d))) }],
  ];
}

function comparisonMethods(): readonly Entry[] {
  const compare = (name: string, judge: (order: number) => GoValue): Entry => [
    name,
    { params: [TIME_PARAM], call: (t, [other]) => judge(compareTimes(t, timeIn(other))) },
  ];
  return [
    compare("Compare", (order) => order),
    compare("Before", (order) => order < 0),
    compare("After", (order) => order > 0),
    compare("Equal", (order) => order === 0),
    getter("IsZero", ({ ext, nsec }) => ext === 0n && nsec === 0),
  ];
}

function unixMethods(): readonly Entry[] {
  const unix = (name: string, perSecond: bigint): Entry =>
    getter(name, (time) =>
      int64(wrapInt(unixOf(time) * perSecond + (BigInt(time.nsec) * perSecond) / 1_000_000_000n)),
    );
  return [
    unix("Unix", 1n),
    unix("UnixMilli", 1_000n),
    unix("UnixMicro", 1_000_000n),
    unix("UnixNano", 1_000_000_000n),
  ];
}

function textMethods(): readonly Entry[] {
  const bytes = (name: string, make: (time: GoTime) => string): Entry =>
    getter(name, (time) => byteList(make(time)));
  const append = (name: string, make: (time: GoTime) => string): Entry => [
    name,
    { params: [BYTES], call: (t, [start]) => byteList(make(t), itemsOf(start)) },
  ];
  return [
    getter("String", timeText),
    getter("GoString", goStringOfTime),
    ["Format", { params: [STRING], call: (t, [layout]) => formatTime(t, layout as string) }],
    [
      "AppendFormat",
      {
        params: [BYTES, STRING],
        call: (t, [start, layout]) => byteList(formatTime(t, layout as string), itemsOf(start)),
      },
    ],
    bytes("MarshalJSON", (time) => `"${strictText(time, "Time.MarshalJSON")}"`),
    bytes("MarshalText", (time) => strictText(time, "Time.MarshalText")),
    bytes("MarshalBinary", binaryTime),
    bytes("GobEncode", binaryTime),
    append("AppendText", (time) => strictText(time, "Time.AppendText")),
    append("AppendBinary", binaryTime),
  ];
}

function zoneMethods({ time, location }: TimeValues): readonly Entry[] {
  return [
    getter("UTC", (t) => time({ ...t, zone: UTC })),
    getter("Local", (t) => time({ ...t, zone: UTC })),
    getter("IsDST", () => false), // a zone with summer time is only ever formatted
    getter("Location", (t) => location(t.zone)),
    [
      "In",
      {
        params: [LOCATION_PARAM],
        call: (t, [zone]) => {
          if (!(zone instanceof GoStruct)) throw new GoError("time: missing Location in call to Time.In");
          return time({ ...t, zone: zone.value as Zone });
        },
      },
    ],
  ];
}

/** The methods of Go's time.Duration. */
export function durationMethods(values: TimeValues): ReadonlyMap<string, StructMethod<Int>> {
  const { duration } = values;
  const whole = (perUnit: bigint): StructMethod<Int> => ({
    params: [],
    call: (d) => int64(wrapInt(BigInt(d) / perUnit)),
  });
  return new Map<string, StructMethod<Int>>([
    ["Nanoseconds", whole(1n)],
    ["Microseconds", whole(1_000n)],
    ["Milliseconds", whole(1_000_000n)],
    ["Seconds", fractional(1_000_000_000n)],
    ["Minutes", fractional(60_000_000_000n)],
    ["Hours", fractional(3_600_000_000_000n)],
    ["Abs", { params: [], call: (d) => duration(largestAtMost(d < 0 ? -BigInt(d) : BigInt(d))) }],
    [
      "Round",
      { params: [DURATION_PARAM], call: (d, [to]) => duration(roundDuration(BigInt(d), nanoseconds(to))) },
    ],
    [
      "Truncate",
      {
        params: [DURATION_PARAM],
        call: (d, [to]) => {
          const multiple = nanoseconds(to);
          return duration(multiple <= 0n ? BigInt(d) : BigInt(d) - (BigInt(d) % multiple));
        },
      },
    ],
  ]);
}

function largestAtMost(value: bigint): bigint {
  const largest = 2n ** 63n - 1n;
  return value > largest ? largest : value;
}

/** Whole units and the rest are converted apart, as Go does. */
function fractional(perUnit: bigint): StructMethod<Int> {
  return {
    params: [],
    call: (d) => {
      const value = BigInt(d);
      return new Float64(Number(value / perUnit) + Number(value % perUnit) / Number(perUnit));
    },
  };
}

/** A duration's nanoseconds; a literal arrives as an int. */
function nanoseconds(value: GoValue): bigint {
  return BigInt((value instanceof GoStruct ? value.value : value) as Int);
}

function integer(value: GoValue): bigint {
  return BigInt(value as Int);
}

function itemsOf(value: GoValue): readonly GoValue[] {
  return value instanceof GoList ? value.items : [];
}

function addDate(time: GoTime, [years = 0n, months = 0n, days = 0n]: readonly bigint[]): GoTime {
  const { year, month, day, hour, minute, second } = calendarOf(time);
  const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);
  return timeOfDate(
    {
      year: wrap(BigInt(year) + years),
      month: wrap(BigInt(month) + months),
      day: wrap(BigInt(day) + days),
      hour: BigInt(hour),
      minute: BigInt(minute),
      second: BigInt(second),
    },
    time.nsec,
    time.zone,
  );
}

/** Nanoseconds past the last multiple, counted from year 1. */
function restOf(time: GoTime, multiple: bigint): bigint {
  const rest = (time.ext * 1_000_000_000n + BigInt(time.nsec)) % multiple;
  return rest < 0n ? rest + multiple : rest;
}

function truncate(time: GoTime, multiple: bigint): GoTime {
  return multiple <= 0n ? time : addDuration(time, -restOf(time, multiple));
}

function round(time: GoTime, multiple: bigint): GoTime {
  if (multiple <= 0n) return time;
  const rest = restOf(time, multiple);
  return addDuration(time, rest + rest < multiple ? -rest : multiple - rest);
}
