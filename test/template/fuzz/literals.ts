import { STRINGS } from "./data.ts";
import type { Random } from "./random.ts";

/** A string literal, in quotes or backquotes, plain most of the time. */
export function stringLiteral(random: Random, value: string = random.pick(STRINGS)): string {
  if (random.chance(0.15) && !/[`\r]/.test(value)) return `\`${value}\``;
  return quoted(value);
}

function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\t", "\\t")}"`;
}

const ODD_STRINGS: readonly string[] = [
  '"\\x41\\101\\u00e9\\U0001F600"',
  '"\\xff\\xfe"',
  '"a\\xc3"',
  '"\\a\\b\\f\\n\\r\\t\\v\\\\"',
  '"\\u0000"',
  '"\\"quoted\\""',
  '"\\\'"',
  '"\\q"',
  '"\\ud800"',
  '"\\U00110000"',
  '"\\400"',
  '"\\x4"',
  '`raw \\n "x"`',
  "`two\nlines`",
  "``",
  '""',
  '"日本\\t😀"',
  "'a'",
  "'\\n'",
  "'\\''",
  "'\\x41'",
  "'\\u65e5'",
  "'日'",
  "'😀'",
  "'ab'",
  "''",
];

const ODD_NUMBERS: readonly string[] = [
  "0",
  "-0",
  "+1",
  "1_000",
  "0x1F",
  "0X_ff",
  "-0x10",
  "0b101",
  "0o17",
  "017",
  "0_7",
  "08",
  "1__0",
  "1_",
  "1e3",
  "1E-7",
  "1e+06",
  "1.5e300",
  "1e400",
  ".5",
  "5.",
  "-.5",
  "0x1p4",
  "0x1.8p1",
  "0x1p-2",
  "0x.8p0",
  "1i",
  "2.5i",
  "1+2i",
  "1-2i",
  "1+0i",
  "-1.5e2-3i",
  "9223372036854775807",
  "-9223372036854775808",
  "9223372036854775808",
  "18446744073709551615",
  "18446744073709551616",
  "123456789012345678901234567890",
  "1e18",
  "1e19",
  "0.1",
  "100000000",
  "123456789.0",
  "1e20",
  "1e21",
  "0.000001",
  "0.0000001",
  "4.9e-324",
  "1.7976931348623157e308",
  "1a",
  "0xg",
  "1.2.3",
  "0b2",
  "1e",
  "0x",
  "--1",
];

/** A literal of any form that Go knows, and some that it does not. */
export function oddLiteral(random: Random): string {
  return random.pick(random.chance(0.4) ? ODD_STRINGS : ODD_NUMBERS);
}

/** A whole number that fits wherever an int is wanted. */
export function intLiteral(random: Random): string {
  return random.weighted([
    [8, () => String(random.between(0, 9))],
    [2, () => String(random.between(-5, 40))],
    [1, () => random.pick(["0x10", "1_0", "0b11", "0o7", "'a'", "1e1", "2.0", "+3", "-7"])],
  ])();
}

/** A number that decides the size of a result. */
export function smallLiteral(random: Random): string {
  return String(random.between(0, 6));
}

/** A number that Go takes for a float64 anywhere. */
export function floatLiteral(random: Random): string {
  return random.pick([
    "0.5",
    "1.0",
    "2.5",
    "-1.25",
    "1e3",
    "3.14159",
    "1e6",
    "1e21",
    "100.0",
    "0x1p-1",
    "-0.0",
  ]);
}

/** Text of special kinds by the code of {@link SIGNATURES}. */
export const SPECIAL_TEXTS: Readonly<Record<string, readonly string[]>> = {
  K: ["Name", "N", "a", "Params", "labels", "s", "none", "x y", "n", "Items", "日"],
  R: [
    "a",
    "[a-c]+",
    "(\\w+) (\\w+)",
    "^.",
    "o",
    "\\s+",
    "[^a-z]",
    "(?i)THE",
    "(?P<first>[a-z])(?P<rest>.*)",
    "x*",
    "(a|b|ab)(c|bcd)?",
    "\\d{1,3}",
    ".$",
    "\\bq\\w+",
    "[[:upper:]]",
    "\\p{L}+",
    "",
    "(",
    "a**",
    "\\z",
  ],
  Q: ["", "x", "$1", "${1}-$2", "$$", "${first}", "$0$0", "<$1>", "$x", "\\1"],
  T: [
    "string",
    "int",
    "float64",
    "bool",
    "map",
    "slice",
    "[]interface {}",
    "map[string]interface {}",
    "ptr",
    "int64",
  ],
  J: [
    '{"a":[1,2.5,"x",null,true]}',
    "[1,2,3]",
    '"s"',
    "12",
    "1e3",
    "null",
    "{}",
    "[]",
    "{",
    "",
    '{"a":1}x',
    '{"b":{"c":"d"}}',
    "[1,]",
  ],
  "6": ["YWJj", "aGVsbG8gd29ybGQ=", "", "YQ==", "YQ=", "!!!", "/+8=", "YWJj\nZGVm"],
  "3": ["ME======", "MFRGG===", "", "JBSWY3DPEBLW64TMMQ======", "1", "mfrgg==="],
  N: ["0", "5", "-3", "12", "017", "755", "0x1F", "1.5", "abc", "", "9223372036854775807", " 1", "+7"],
  V: [
    "1.2.3",
    "v1.2.3",
    "1.2",
    "1",
    "1.2.3-beta.1",
    "1.2.3-alpha+build.5",
    "0.0.1",
    "x",
    "",
    "1.2.3.4",
    "01.2.3",
    "2.0.0-rc.1",
  ],
  C: [
    "^1.2",
    "~1.2.3",
    ">=1.0.0",
    "<2",
    "1.x",
    "1.2.3 - 2.0.0",
    ">1.0, <3",
    "=1.2.3",
    "!=1.2.3",
    "*",
    "^0.0.1",
    "~1",
    ">=1.2-0 || <0.5",
    "x y",
    "^1.2.3-beta",
  ],
  U: [
    "https://user:pw@example.com:8080/a/b?x=1&y=2#frag",
    "http://host",
    "/only/path",
    "mailto:a@b.c",
    "proto://auth@host:80/path?query#fragment",
    "host:80",
    "",
    "http://[::1]:80/x",
    "http://a b/",
    "https://h/%41%2f?q=%20",
    "//host/p",
    "%zz",
  ],
  L: [
    "2006-01-02",
    "02/01/2006",
    "2006-01-02T15:04:05Z07:00",
    "Jan 2, 2006",
    "Monday, 02-Jan-06 15:04:05 MST",
    "3:04PM",
    "20060102",
    "",
    "2006-002 .000",
    "06 1 2 _2 15 04 5",
  ],
  D: ["2021-03-04", "2000-02-29", "1999-12-31", "2026-11-22", "2021-13-01", "x", "", "0001-01-01"],
  P: ["1h", "-1.5h", "90m", "24h30m", "10s", "1ms", "-0.5s", "1d", "", "x", "100h", "8760h"],
  Z: ["UTC", "", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Nowhere/Land", "EST", "CET"],
};
