import { type Element, MONTHS, nextChunk, WEEKDAYS } from "./layout.ts";

/** What the elements of a layout have said so far. */
export interface Fields {
  year: number;
  month: number | undefined;
  day: number | undefined;
  yearDay: number | undefined;
  hour: number;
  minute: number;
  second: number;
  nsec: number;
  isPm: boolean;
  isAm: boolean;
  isUtc: boolean;
  offset: number | undefined;
  zoneName: string;
}

/** Nothing said yet. */
export function newFields(): Fields {
  return {
    year: 0,
    month: undefined,
    day: undefined,
    yearDay: undefined,
    hour: 0,
    minute: 0,
    second: 0,
    nsec: 0,
    isPm: false,
    isAm: false,
    isUtc: false,
    offset: undefined,
    zoneName: "",
  };
}

/** The value does not fit the element. */
export class WrongValue extends Error {}

/** A number is too small or too large; the message says what it counts. */
export class OutOfRange extends Error {}

/**
 * Reads one element from the start of a value, and returns what is left of it.
 *
 * @param rest  the layout after the element
 * @throws WrongValue, OutOfRange
 */
export function readElement(element: Element, value: string, fields: Fields, rest: string): string {
  switch (element.kind) {
    case "2006":
      return readLongYear(value, fields);
    case "06":
      return readShortYear(value, fields);
    case "January":
    case "Jan":
      return lookup(MONTHS, element.kind === "Jan", value, (index) => {
        fields.month = index + 1;
      });
    case "1":
    case "01":
      return readNumber(value, element.kind === "01", (month) => {
        if (month < 1 || month > 12) throw new OutOfRange("month");
        fields.month = month;
      });
    case "Monday":
    case "Mon":
      return lookup(WEEKDAYS, element.kind === "Mon", value, () => undefined);
    case "2":
    case "_2":
    case "02":
      return readNumber(
        element.kind === "_2" ? value.replace(/^ /, "") : value,
        element.kind === "02",
        (day) => {
          fields.day = day;
        },
      );
    case "__2":
    case "002":
      return readYearDay(value, element.kind, fields);
    default:
      return readClock(element, value, fields, rest);
  }
}

function readClock(element: Element, value: string, fields: Fields, rest: string): string {
  switch (element.kind) {
    case "15":
      return readNumber(value, false, (hour) => {
        if (hour > 23) throw new OutOfRange("hour");
        fields.hour = hour;
      });
    case "3":
    case "03":
      return readNumber(value, element.kind === "03", (hour) => {
        if (hour > 12) throw new OutOfRange("hour");
        fields.hour = hour;
      });
    case "4":
    case "04":
      return readNumber(value, element.kind === "04", (minute) => {
        if (minute > 59) throw new OutOfRange("minute");
        fields.minute = minute;
      });
    case "5":
    case "05":
      return readSecond(value, element.kind === "05", fields, rest);
    case "PM":
    case "pm":
      return readHalf(value, element.kind, fields);
    case "MST":
      return readZoneName(value, fields);
    case "fraction":
      return readFraction(element, value, fields);
    default:
      return readOffset(element.kind, value, fields);
  }
}

/** A number with a sign, all of the text. */
function integerOf(text: string): number {
  if (!/^[-+]?[0-9]*$/.test(text)) throw new WrongValue();
  return Number(text.replace(/^[-+]/, "")) * (text.startsWith("-") ? -1 : 1) + 0;
}

function readLongYear(value: string, fields: Fields): string {
  if (!/^[0-9].{3}/s.test(value)) throw new WrongValue();
  fields.year = integerOf(value.slice(0, 4));
  return value.slice(4);
}

function readShortYear(value: string, fields: Fields): string {
  if (value.length < 2) throw new WrongValue();
  const year = integerOf(value.slice(0, 2));
  fields.year = year + (year >= 69 ? 1900 : 2000);
  return value.slice(2);
}

/** One of the names, in any case. */
function lookup(
  names: readonly string[],
  isShort: boolean,
  value: string,
  take: (index: number) => void,
): string {
  const shown = isShort ? names.map((name) => name.slice(0, 3)) : names;
  const index = shown.findIndex((name) => value.slice(0, name.length).toLowerCase() === name.toLowerCase());
  const name = shown[index];
  if (name === undefined) throw new WrongValue();
  take(index);
  return value.slice(name.length);
}

/** One digit or two; two when `isFixed`. */
function readNumber(value: string, isFixed: boolean, take: (number: number) => void): string {
  const digits = (isFixed ? /^[0-9]{2}/ : /^[0-9]{1,2}/).exec(value)?.[0];
  if (digits === undefined) throw new WrongValue();
  take(Number(digits));
  return value.slice(digits.length);
}

function readYearDay(value: string, kind: "__2" | "002", fields: Fields): string {
  const trimmed = kind === "__2" ? value.replace(/^ {1,2}/, "") : value;
  const digits = (kind === "002" ? /^[0-9]{3}/ : /^[0-9]{1,3}/).exec(trimmed)?.[0];
  if (digits === undefined) throw new WrongValue();
  fields.yearDay = Number(digits);
  return trimmed.slice(digits.length);
}

/** A fraction may follow though the layout has none. */
function readSecond(value: string, isFixed: boolean, fields: Fields, rest: string): string {
  const left = readNumber(value, isFixed, (second) => {
    if (second > 59) throw new OutOfRange("second");
    fields.second = second;
  });
  const fraction = /^[.,][0-9]+/.exec(left)?.[0];
  if (fraction === undefined || nextChunk(rest).element?.kind === "fraction") return left;
  fields.nsec = nanosecondsOf(fraction);
  return left.slice(fraction.length);
}

/** @param fraction  with its point or comma */
function nanosecondsOf(fraction: string): number {
  if (!/^[.,]/.test(fraction)) throw new WrongValue();
  const digits = fraction.slice(1, 10);
  const value = integerOf(digits);
  if (value < 0) throw new OutOfRange("fractional second");
  return value * 10 ** (9 - digits.length);
}

function readFraction(
  { trims, digits }: Extract<Element, { kind: "fraction" }>,
  value: string,
  fields: Fields,
): string {
  if (trims) {
    const fraction = /^[.,][0-9]+/.exec(value)?.[0] ?? "";
    if (fraction !== "") fields.nsec = nanosecondsOf(fraction);
    return value.slice(fraction.length);
  }
  if (value.length < digits + 1) throw new WrongValue();
  fields.nsec = nanosecondsOf(value.slice(0, digits + 1));
  return value.slice(digits + 1);
}

function readHalf(value: string, kind: "PM" | "pm", fields: Fields): string {
  const half = value.slice(0, 2);
  const [pm, am] = kind === "PM" ? ["PM", "AM"] : ["pm", "am"];
  if (half === pm) fields.isPm = true;
  else if (half === am) fields.isAm = true;
  else throw new WrongValue();
  return value.slice(2);
}

const OFFSETS: ReadonlyMap<string, RegExp> = new Map([
  ["07:00", /^(.)(..):(..)()/s],
  ["07", /^(.)(..)()()/s],
  ["07:00:00", /^(.)(..):(..):(..)/s],
  ["070000", /^(.)(..)(..)(..)/s],
  ["0700", /^(.)(..)(..)()/s],
]);

function readOffset(form: string, value: string, fields: Fields): string {
  if (form.startsWith("Z") && value.startsWith("Z")) {
    fields.isUtc = true;
    return value.slice(1);
  }
  const match = OFFSETS.get(form.slice(1))?.exec(value);
  if (match === null || match === undefined) throw new WrongValue();
  const [whole, sign, ...texts] = match;
  const numbers = texts.map((text) => (text === "" ? 0 : /^[0-9]{2}$/.test(text) ? Number(text) : undefined));
  const firstWrong = numbers.indexOf(undefined);
  const known = firstWrong === -1 ? numbers : numbers.slice(0, firstWrong);
  const [hours = 0, minutes = 0, seconds = 0] = known;
  if (seconds > 60) throw new OutOfRange("time zone offset second");
  if (minutes > 60) throw new OutOfRange("time zone offset minute");
  if (hours > 24) throw new OutOfRange("time zone offset hour");
  if (firstWrong !== -1 || (sign !== "+" && sign !== "-")) throw new WrongValue();
  const offset = (hours * 60 + minutes) * 60 + seconds;
  const signed = sign === "-" ? -offset + 0 : offset;
  fields.offset = signed === -1 ? undefined : signed; // Go takes this one for none
  return value.slice(whole.length);
}

function readZoneName(value: string, fields: Fields): string {
  if (value.startsWith("UTC")) {
    fields.isUtc = true;
    return value.slice(3);
  }
  const length = zoneNameLength(value);
  if (length === 0) throw new WrongValue();
  fields.zoneName = value.slice(0, length);
  return value.slice(length);
}

/** Length of an abbreviation, 0 when there is none. @see Go 1.26 time/format.go, parseTimeZone */
function zoneNameLength(value: string): number {
  if (value.length < 3) return 0;
  if (value.startsWith("ChST") || value.startsWith("MeST")) return 4;
  if (value.startsWith("GMT")) return 3 + signedOffsetLength(value.slice(3));
  if (/^[-+]/.test(value)) return signedOffsetLength(value);
  const letters = /^[A-Z]{0,6}/.exec(value)?.[0] ?? "";
  if (letters.length === 5) return letters.endsWith("T") ? 5 : 0;
  if (letters.length === 4) return letters.endsWith("T") || letters === "WITA" ? 4 : 0;
  return letters.length === 3 ? 3 : 0;
}

/** `+3`: at most 23 hours. */
function signedOffsetLength(value: string): number {
  const offset = /^[-+][0-9]+/.exec(value)?.[0] ?? "";
  return Number(offset.slice(1)) <= 23 ? offset.length : 0;
}
