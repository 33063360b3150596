import { RE2JS } from "re2js";
import { parseVersion, type Version, VersionError, type VersionRules } from "./version.ts";

/** One comparison of a constraint, such as `>= 1.2.x`. */
export interface Comparison {
  /** As written; empty for none. */
  readonly operator: string;
  /** Wildcards and missing numbers are 0. */
  readonly version: Version;
  /** Some number is a wildcard. */
  readonly isDirty: boolean;
  /** The second number is a wildcard or missing. */
  readonly isMinorDirty: boolean;
  /** The third number, and not the second, is a wildcard. */
  readonly isPatchDirty: boolean;
}

/** A version in a constraint, in RE2's syntax; it has nine groups. */
export const CONSTRAINT_VERSION =
  "v?([0-9|x|X|\\*]+)(\\.[0-9|x|X|\\*]+)?(\\.[0-9|x|X|\\*]+)?" +
  "(-([0-9A-Za-z\\-]+(\\.[0-9A-Za-z\\-]+)*))?" +
  "(\\+([0-9A-Za-z\\-]+(\\.[0-9A-Za-z\\-]+)*))?";

/** The operators, in RE2's syntax. */
export const OPERATORS = "=||!=|>|<|>=|=>|<=|=<|~|~>|\\^";

const COMPARISON = RE2JS.compile(`^\\s*(${OPERATORS})\\s*(${CONSTRAINT_VERSION})\\s*$`);

const RANGE = RE2JS.compile(`\\s*(${CONSTRAINT_VERSION})\\s+-\\s+(${CONSTRAINT_VERSION})\\s*`);

/** `1.0 - 2.0` as `>= 1.0, <= 2.0`, and `after` behind it. */
export function rewriteRanges(text: string, after: string): string {
  const matcher = RANGE.matcher(text);
  let out = text;
  while (matcher.find()) {
    const range = `>= ${matcher.group(1)}, <= ${matcher.group(11)}${after}`;
    out = out.replace(matcher.group(0) ?? "", () => range);
  }
  return out;
}

/**
 * Reads one comparison.
 *
 * @param missingIsWildcard  whether `1.2` means `1.2.x`, prereleases of `*` count: version 3's way
 * @throws VersionError
 */
export function parseComparison(text: string, rules: VersionRules, missingIsWildcard: boolean): Comparison {
  const matcher = COMPARISON.matcher(text);
  if (!matcher.find()) throw new VersionError(`improper constraint: ${text}`);
  const [operator = "", whole = "", major = "", minor = "", patch = "", prerelease = ""] = [
    1, 2, 3, 4, 5, 6,
  ].map((group) => matcher.group(group) ?? "");
  if (isWildcard(major)) {
    const version = read(`0.0.0${missingIsWildcard ? prerelease : ""}`, rules);
    return { operator, version, isDirty: true, isMinorDirty: false, isPatchDirty: false };
  }
  if (minor === "" || isWildcard(minor.slice(1))) {
    const version = read(`${major}.0.0${prerelease}`, rules);
    return { operator, version, isDirty: true, isMinorDirty: true, isPatchDirty: false };
  }
  const isPatchDirty = isWildcard(patch.slice(1)) || (patch === "" && missingIsWildcard);
  const version = read(isPatchDirty ? `${major}${minor}.0${prerelease}` : whole, rules);
  return { operator, version, isDirty: isPatchDirty, isMinorDirty: false, isPatchDirty };
}

function isWildcard(text: string): boolean {
  return text === "x" || text === "X" || text === "*";
}

function read(text: string, rules: VersionRules): Version {
  try {
    return parseVersion(text, rules);
  } catch (error) {
    if (error instanceof VersionError) throw new VersionError("constraint Parser Error");
    throw error;
  }
}

/** A prerelease meets only comparisons that name one themselves. */
export function isUnwantedPrerelease(version: Version, { version: wanted }: Comparison): boolean {
  return version.prerelease !== "" && wanted.prerelease === "";
}
