/** One part of a Go time layout: literal text and what stands after it. */
export interface Chunk {
  readonly prefix: string;
  /** The layout's text of the element, such as `Jan`; empty at the end. */
  readonly text: string;
  readonly element: Element | undefined;
  readonly rest: string;
}

/** What an element of a layout stands for, named after its usual way of writing. */
export type Element =
  | { readonly kind: Named }
  | {
      readonly kind: "fraction";
      readonly trims: boolean;
      readonly digits: number;
      readonly separator: string;
    };

type Named =
  | "January"
  | "Jan"
  | "1"
  | "01"
  | "Monday"
  | "Mon"
  | "2"
  | "_2"
  | "02"
  | "__2"
  | "002"
  | "15"
  | "3"
  | "03"
  | "4"
  | "04"
  | "5"
  | "05"
  | "2006"
  | "06"
  | "PM"
  | "pm"
  | "MST"
  | "Z0700"
  | "Z070000"
  | "Z07"
  | "Z07:00"
  | "Z07:00:00"
  | "-0700"
  | "-070000"
  | "-07"
  | "-07:00"
  | "-07:00:00";

/** By first character; in each row the one that comes first wins. */
const ELEMENTS: Readonly<Record<string, readonly Named[]>> = {
  J: ["January", "Jan"],
  M: ["Monday", "Mon", "MST"],
  "0": ["002", "01", "02", "03", "04", "05", "06"],
  "1": ["15", "1"],
  "2": ["2006", "2"],
  _: ["__2", "_2"],
  "3": ["3"],
  "4": ["4"],
  "5": ["5"],
  P: ["PM"],
  p: ["pm"],
  "-": ["-070000", "-07:00:00", "-0700", "-07:00", "-07"],
  Z: ["Z070000", "Z07:00:00", "Z0700", "Z07:00", "Z07"],
};

/**
 * Finds the first element of a layout (byte string).
 *
 * @see Go 1.26 time/format.go, nextStdChunk
 */
export function nextChunk(layout: string): Chunk {
  for (let at = 0; at < layout.length; at++) {
    const found = elementAt(layout, at);
    if (found !== undefined) {
      const end = at + found.skipped + found.length;
      return {
        prefix: layout.slice(0, at + found.skipped),
        text: layout.slice(at + found.skipped, end),
        element: found.element,
        rest: layout.slice(end),
      };
    }
  }
  return { prefix: layout, text: "", element: undefined, rest: "" };
}

interface Found {
  readonly element: Element;
  readonly length: number;
  /** Bytes before it that are text after all. */
  readonly skipped: number;
}

function elementAt(layout: string, at: number): Found | undefined {
  const char = layout[at] ?? "";
  if (char === "." || char === ",") return fractionAt(layout, at, char);
  if (char === "_" && layout.startsWith("2006", at + 1)) return found("2006", 1); // `_2006` is `_` and a year
  const name = ELEMENTS[char]?.find((candidate) => layout.startsWith(candidate, at));
  if (name === undefined) return undefined;
  if ((name === "Jan" || name === "Mon") && isLower(layout.charCodeAt(at + 3))) return undefined;
  return found(name, 0);
}

function found(kind: Named, skipped: number): Found {
  return { element: { kind }, length: kind.length, skipped };
}

/** `Month` is no `Mon` and a `th`. */
function isLower(code: number): boolean {
  return code >= 97 && code <= 122;
}

/** `.000`, `,999`: as many digits as there are, unless others follow. */
function fractionAt(layout: string, at: number, separator: string): Found | undefined {
  const digit = layout[at + 1];
  if (digit !== "0" && digit !== "9") return undefined;
  let end = at + 1;
  while (layout[end] === digit) end++;
  const next = layout.charCodeAt(end);
  if (next >= 48 && next <= 57) return undefined;
  const digits = end - at - 1;
  return {
    element: { kind: "fraction", trims: digit === "9", digits: digits & 0xfff, separator },
    length: digits + 1,
    skipped: 0,
  };
}

/** As layouts and messages write them, January first. */
export const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** As layouts and messages write them, Sunday first. */
export const WEEKDAYS = [
  "Sunday",
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
] as const;
