import { compareBytes } from "../goValue.ts";

/** A semantic version as Masterminds' library has it; numbers may be missing in the text. */
export interface Version {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  /** Without its hyphen. */
  readonly prerelease: string;
  /** Without its plus sign. */
  readonly metadata: string;
  /** The text that it was read from. */
  readonly original: string;
}

/** Text that is no version; the message is the library's. */
export class VersionError extends Error {}

const FORM =
  /^v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

/** What the two generations of the library allow. */
export interface VersionRules {
  /** The largest number. */
  readonly largest: bigint;
  /** Name of the function that reads numbers, for messages. */
  readonly reader: "ParseInt" | "ParseUint";
  /** A number in a prerelease must not begin with a zero. */
  readonly isStrict: boolean;
}

/** Of version 1, in Sprig 2.22. */
export const RULES_1: VersionRules = { largest: 2n ** 63n - 1n, reader: "ParseInt", isStrict: false };

/** Of version 3, in Sprig 3.3. */
export const RULES_3: VersionRules = { largest: 2n ** 64n - 1n, reader: "ParseUint", isStrict: true };

/** Reads a version (byte string). Throws {@link VersionError}. */
export function parseVersion(text: string, rules: VersionRules): Version {
  const match = FORM.exec(text);
  if (match === null) throw new VersionError("Invalid Semantic Version");
  const [, major, minor, patch, prerelease = "", metadata = ""] = match;
  const version = {
    major: numberOf(major, rules),
    minor: numberOf(minor, rules),
    patch: numberOf(patch, rules),
    prerelease,
    metadata,
    original: text,
  };
  const hasZero = prerelease.split(".").some((part) => /^0[0-9]+$/.test(part));
  if (rules.isStrict && hasZero) throw new VersionError("Version segment starts with 0");
  return version;
}

function numberOf(digits: string | undefined, { largest, reader }: VersionRules): bigint {
  const value = BigInt(digits ?? 0);
  if (value <= largest) return value;
  throw new VersionError(
    `Error parsing version segment: strconv.${reader}: parsing "${digits}": value out of range`,
  );
}

/** `1.2.3-beta.1+build` */
export function versionText({ major, minor, patch, prerelease, metadata }: Version): string {
  const before = prerelease === "" ? "" : `-${prerelease}`;
  return `${major}.${minor}.${patch}${before}${metadata === "" ? "" : `+${metadata}`}`;
}

/** -1, 0 or 1; metadata does not count. */
export function compareVersions(a: Version, b: Version): number {
  const order =
    compareNumbers(a.major, b.major) || compareNumbers(a.minor, b.minor) || compareNumbers(a.patch, b.patch);
  if (order !== 0 || a.prerelease === b.prerelease) return order;
  if (a.prerelease === "") return 1;
  return b.prerelease === "" ? -1 : comparePrereleases(a.prerelease, b.prerelease);
}

function compareNumbers(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function comparePrereleases(a: string, b: string): number {
  const x = a.split(".");
  const y = b.split(".");
  const length = Math.max(x.length, y.length);
  for (let i = 0; i < length; i++) {
    const order = compareParts(x[i] ?? "", y[i] ?? "");
    if (order !== 0) return order;
  }
  return 0;
}

/** An absent part comes first, then numbers, then words. */
function compareParts(a: string, b: string): number {
  if (a === b) return 0;
  if (a === "" || b === "") return a === "" ? -1 : 1;
  const x = partNumber(a);
  const y = partNumber(b);
  if (x === undefined && y === undefined) return compareBytes(a, b);
  if (x === undefined || y === undefined) return x === undefined ? 1 : -1;
  return x > y ? 1 : -1; // 01 and 1 too, as the library has it
}

function partNumber(part: string): bigint | undefined {
  if (!/^[0-9]+$/.test(part)) return undefined;
  const value = BigInt(part);
  return value < 2n ** 64n ? value : undefined;
}
