import { RE2JS } from "re2js";
import {
  CONSTRAINT_VERSION,
  type Comparison,
  isUnwantedPrerelease,
  OPERATORS,
  parseComparison,
  rewriteRanges,
} from "./comparison.ts";
import { type Judgements, meetsComparison } from "./meetsComparison.ts";
import { compareVersions, RULES_3, type Version, VersionError } from "./version.ts";

const ONE = `(${OPERATORS})\\s*(${CONSTRAINT_VERSION})`;
const FIND = RE2JS.compile(ONE);
const CHOICE = RE2JS.compile(`^(\\s*${ONE}\\s*)((?:\\s+|,\\s*)${ONE}\\s*)*$`);

/**
 * Reads a constraint as version 3 of Masterminds' library does: as version 1, but spaces may stand for commas.
 *
 * @returns whether a version meets it
 * @throws VersionError
 */
export function parseConstraint3(text: string): (version: Version) => boolean {
  const choices = rewriteRanges(text, " ")
    .split("||")
    .map((choice) => {
      if (!CHOICE.matcher(choice).find()) throw new VersionError(`improper constraint: ${choice}`);
      return partsOf(choice).map((part) => parseComparison(part, RULES_3, true));
    });
  return (version) => choices.some((all) => all.every((one) => meetsComparison(GENERATION_3, one, version)));
}

function partsOf(choice: string): readonly string[] {
  const parts: string[] = [];
  const matcher = FIND.matcher(choice);
  while (matcher.find()) parts.push(matcher.group(0) ?? "");
  return parts;
}

const GENERATION_3: Judgements = {
  isOther,
  isPast,
  isBefore: (_comparison, _version, order) => order < 0,
  isNotPast,
  isCompatible,
};

function isOther(comparison: Comparison, version: Version): boolean {
  const { version: wanted, isDirty, isMinorDirty, isPatchDirty } = comparison;
  if (!isDirty) return compareVersions(version, wanted) !== 0;
  if (isUnwantedPrerelease(version, comparison)) return false;
  if (wanted.major !== version.major || (wanted.minor !== version.minor && !isMinorDirty)) return true;
  if (isMinorDirty) return false;
  if (wanted.patch !== version.patch && !isPatchDirty) return true;
  if (isPatchDirty) return version.prerelease !== wanted.prerelease;
  return compareVersions(version, wanted) !== 0;
}

function isPast(
  { version: wanted, isDirty, isMinorDirty, isPatchDirty }: Comparison,
  version: Version,
  order: number,
): boolean {
  if (!isDirty) return order > 0;
  if (version.major !== wanted.major) return version.major > wanted.major;
  if (isMinorDirty) return false;
  return isPatchDirty ? version.minor > wanted.minor : order > 0;
}

function isNotPast({ version: wanted, isMinorDirty }: Comparison, version: Version): boolean {
  if (version.major !== wanted.major) return version.major < wanted.major;
  return version.minor <= wanted.minor || isMinorDirty;
}

/** The first number that is not 0 must stay. */
function isCompatible(
  { version: wanted, isMinorDirty, isPatchDirty }: Comparison,
  version: Version,
): boolean {
  if (wanted.major > 0n || isMinorDirty) return version.major === wanted.major;
  if (version.major > 0n) return false;
  if (wanted.minor > 0n || isPatchDirty) return version.minor === wanted.minor;
  return version.minor === 0n && wanted.patch === version.patch;
}
