import {
  GoStruct,
  type GoValue,
  type Int,
  int64,
  listOf,
  SizedInt,
  type StructMethod,
  type StructType,
  wrapInt,
} from "../goValue.ts";
import { durationText } from "./duration.ts";
import { formatTime, RFC3339_NANO, timeText } from "./formatTime.ts";
import type { GoTime } from "./goTime.ts";
import { MONTHS, WEEKDAYS } from "./layout.ts";
import { goStringOfTime, strictText } from "./marshalTime.ts";
import { durationMethods, type TimeValues, timeMethods } from "./timeMethods.ts";
import { fixedZone, UTC, type Zone } from "./zone.ts";

const NO_FIELDS: ReadonlyMap<string, never> = new Map<string, never>();

const VALUES: TimeValues = {
  time: timeValue,
  duration: durationValue,
  month: (month) => GoStruct.of(MONTH, month),
  weekday: (weekday) => GoStruct.of(WEEKDAY, weekday),
  location: locationValue,
};

/** Go's time.Time. */
export const TIME: StructType<GoTime> = {
  name: "time.Time",
  kind: "struct",
  fields: NO_FIELDS,
  methods: timeMethods(VALUES),
  text: timeText,
  isStringer: true,
  goString: goStringOfTime,
  layout: new Map<string, (time: GoTime) => GoValue>([
    ["wall", ({ nsec }) => new SizedInt("uint64", nsec)],
    ["ext", ({ ext }) => int64(wrapInt(ext))],
    ["loc", ({ zone }) => (zone === UTC ? null : locationValue(zone))],
  ]),
  equals: (a, b) => a.ext === b.ext && a.nsec === b.nsec && a.zone === b.zone,
  json: (time) =>
    `"${strictText(time, "json: error calling MarshalJSON for type time.Time: Time.MarshalJSON")}"`,
  yaml: (time) => formatTime(time, RFC3339_NANO),
};

/** Go's time.Duration: nanoseconds. */
export const DURATION: StructType<Int> = {
  ...intType("time.Duration", (value) => durationText(BigInt(value))),
  kind: "int64",
  methods: new Map([
    ...durationMethods(VALUES),
    ...stringMethod((value: Int) => durationText(BigInt(value))),
  ]),
  yaml: (value) => durationText(BigInt(value)),
};

/** Go's time.Month, from 1. */
const MONTH: StructType<Int> = intType("time.Month", (value) => nameOf("Month", MONTHS, value, 1));

/** Go's time.Weekday; Sunday is 0. */
const WEEKDAY: StructType<Int> = intType("time.Weekday", (value) => nameOf("Weekday", WEEKDAYS, value, 0));

/** Go's *time.Location. */
const LOCATION: StructType<Zone> = {
  name: "*time.Location",
  kind: "ptr",
  fields: NO_FIELDS,
  methods: stringMethod(({ name }) => name),
  copy: () => locationValue(fixedZone("", 0)),
  text: ({ name }) => name,
  isStringer: true,
  layout: new Map<string, (zone: Zone) => GoValue>([
    ["name", ({ name }) => name],
    ["zone", (zone) => listOf(zone === UTC ? [] : [zone.at(0n).offset])],
    ["tx", () => listOf([])],
    ["extend", () => ""],
    ["cacheStart", () => int64(0)],
    ["cacheEnd", () => int64(0)],
    ["cacheZone", () => null],
  ]),
};

function intType(name: string, text: (value: Int) => string): StructType<Int> {
  return {
    name,
    kind: "int",
    fields: NO_FIELDS,
    methods: stringMethod(text),
    text,
    isStringer: true,
    int: (value) => value,
    equals: (a, b) => a === b,
    json: String,
    yaml: String,
  };
}

function stringMethod<T>(text: (value: T) => string): ReadonlyMap<string, StructMethod<T>> {
  return new Map([["String", { params: [], call: text }]]);
}

function nameOf(type: string, names: readonly string[], value: Int, first: number): string {
  const shown = names[Number(value) - first];
  return shown ?? `%!${type}(${BigInt.asUintN(64, BigInt(value))})`;
}

/** A time as a value of templates. */
export function timeValue(time: GoTime): GoStruct {
  return GoStruct.of(TIME, time);
}

/** A time's zone as a value of templates. */
function locationValue(zone: Zone): GoStruct {
  return GoStruct.of(LOCATION, zone);
}

/** Nanoseconds as a value of templates. */
function durationValue(nanoseconds: bigint): GoStruct {
  return GoStruct.of(DURATION, wrapInt(nanoseconds));
}
