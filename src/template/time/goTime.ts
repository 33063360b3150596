import { UTC, type Zone, type ZoneMoment } from "./zone.ts";

/**
 * Go's time.Time without a monotonic clock.
 *
 * `ext` counts seconds since January 1 of year 1, as Go's field of that name does: all of int64, wrapping around.
 */
export interface GoTime {
  readonly ext: bigint;
  /** 0 to 999999999 */
  readonly nsec: number;
  readonly zone: Zone;
}

/** Seconds from year 1 to 1970. */
const YEAR_1_TO_1970 = 62_135_596_800n;

/** Seconds from the first moment that Go's calendar knows to 1970; a multiple of a day. */
const FIRST_TO_1970 = (292_277_022_400n / 400n) * 146_097n * 86_400n + 306n * 86_400n + YEAR_1_TO_1970;

const DAY = 86_400n;

/** Seconds as an int64. */
function wrap(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

/** Go's time.Unix. */
export function timeAt(unix: bigint, nsec: number, zone: Zone): GoTime {
  return { ext: wrap(unix + YEAR_1_TO_1970), nsec, zone };
}

/** The time that a number of nanoseconds since 1970 is. */
export function timeOfNanoseconds(nanoseconds: bigint): GoTime {
  const nsec = ((nanoseconds % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  return timeAt((nanoseconds - nsec) / 1_000_000_000n, Number(nsec), UTC);
}

/** January 1 of year 1, Go's zero time. */
export const ZERO_TIME: GoTime = { ext: 0n, nsec: 0, zone: UTC };

/** Seconds since 1970. */
export function unixOf(time: GoTime): bigint {
  return wrap(time.ext - YEAR_1_TO_1970);
}

/** Abbreviation and offset of the time's zone then. */
export function momentOf(time: GoTime): ZoneMoment {
  return time.zone.at(unixOf(time));
}

/** Year, month and so on, on the clock of the time's zone. */
export interface Calendar {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  readonly day: number;
  /** 1 to 366 */
  readonly yearDay: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** @see Go 1.26 time/time.go, absSeconds */
export function calendarOf(time: GoTime): Calendar {
  const local = unixOf(time) + BigInt(momentOf(time).offset);
  const absolute = BigInt.asUintN(64, local + FIRST_TO_1970);
  const days = Number(absolute / DAY) - Number(FIRST_TO_1970 / DAY);
  const seconds = Number(absolute % DAY);
  return {
    ...dateOf(days),
    weekday: (((days + 4) % 7) + 7) % 7,
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
  };
}

/** The date of a day, counted from 1970, in years that begin in March. */
function dateOf(days: number): Pick<Calendar, "year" | "month" | "day" | "yearDay"> {
  const shifted = days + 719_468; // since March 1 of year 0
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const part = Math.floor((5 * dayOfYear + 2) / 153);
  const month = part < 10 ? part + 3 : part - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const day = dayOfYear - Math.floor((153 * part + 2) / 5) + 1;
  return { year, month, day, yearDay: daysBefore(month, year) + day };
}

const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

/** Days of a year before a month. */
export function daysBefore(month: number, year: number): number {
  return (DAYS_BEFORE[month - 1] ?? 0) + (month > 2 && isLeap(year) ? 1 : 0);
}

/** Of the Gregorian calendar, which holds for all years. */
export function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days of a month, from 1. */
export function daysIn(month: number, year: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return (DAYS_BEFORE[month] ?? 0) - (DAYS_BEFORE[month - 1] ?? 0);
}

/** Date and time of day, any number out of its range carried over. */
export interface DateParts {
  readonly year: bigint;
  readonly month: bigint;
  readonly day: bigint;
  readonly hour: bigint;
  readonly minute: bigint;
  readonly second: bigint;
}

/** Go's time.Date for a zone whose offset does not change. */
export function timeOfDate(parts: DateParts, nsec: number, zone: Zone): GoTime {
  const months = parts.month - 1n;
  const year = wrap(parts.year + floorDiv(months, 12n));
  const month = months - floorDiv(months, 12n) * 12n + 1n;
  const days = daysToMonth(year, month) + parts.day - 1n;
  const unix = wrap(days * DAY + parts.hour * 3600n + parts.minute * 60n + parts.second);
  return timeAt(unix - BigInt(zone.at(unix).offset), nsec, zone);
}

/** Days from 1970 to the first of a month. */
function daysToMonth(year: bigint, month: bigint): bigint {
  const shifted = month <= 2n ? year - 1n : year;
  const era = floorDiv(shifted, 400n);
  const yearOfEra = shifted - era * 400n;
  const dayOfYear = (153n * (month > 2n ? month - 3n : month + 9n) + 2n) / 5n;
  return era * 146_097n + yearOfEra * 365n + yearOfEra / 4n - yearOfEra / 100n + dayOfYear - 719_468n;
}

function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

/** Later by so many seconds; ends at the last moment there is. */
export function addSeconds(time: GoTime, seconds: bigint): GoTime {
  const sum = time.ext + seconds;
  const largest = 2n ** 63n - 1n;
  return { ...time, ext: sum > largest ? largest : sum < -(2n ** 63n) ? -largest : sum };
}

/** Later by a duration in nanoseconds. */
export function addDuration(time: GoTime, duration: bigint): GoTime {
  let seconds = duration / 1_000_000_000n;
  let nsec = time.nsec + Number(duration % 1_000_000_000n);
  if (nsec >= 1_000_000_000) {
    seconds += 1n;
    nsec -= 1_000_000_000;
  } else if (nsec < 0) {
    seconds -= 1n;
    nsec += 1_000_000_000;
  }
  return { ...addSeconds(time, seconds), nsec };
}

/** Negative when the first is earlier. */
export function compareTimes(a: GoTime, b: GoTime): number {
  if (a.ext !== b.ext) return a.ext < b.ext ? -1 : 1;
  return Math.sign(a.nsec - b.nsec);
}

/** Nanoseconds from one time to another, the nearest int64. */
export function timeBetween(later: GoTime, earlier: GoTime): bigint {
  const exact = (later.ext - earlier.ext) * 1_000_000_000n + BigInt(later.nsec - earlier.nsec);
  if (exact > 2n ** 63n - 1n) return 2n ** 63n - 1n;
  return exact < -(2n ** 63n) ? -(2n ** 63n) : exact;
}
