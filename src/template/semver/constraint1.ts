import { type Comparison, isUnwantedPrerelease, parseComparison, rewriteRanges } from "./comparison.ts";
import { type Judgements, meetsComparison } from "./meetsComparison.ts";
import { compareVersions, RULES_1, type Version } from "./version.ts";

/**
 * Reads a constraint as version 1 of Masterminds' library does: `||` between choices, `,` between what must all hold.
 *
 * @returns whether a version meets it
 * @throws VersionError
 */
export function parseConstraint1(text: string): (version: Version) => boolean {
  const choices = rewriteRanges(text, "")
    .split("||")
    .map((choice) => choice.split(",").map((part) => parseComparison(part, RULES_1, false)));
  return (version) => choices.some((all) => all.every((one) => meetsComparison(GENERATION_1, one, version)));
}

const GENERATION_1: Judgements = {
  isOther,
  isPast: (_comparison, _version, order) => order > 0,
  isBefore: (comparison, version, order) => (comparison.isDirty ? isNotPast(comparison, version) : order < 0),
  isNotPast,
  isCompatible: ({ version: wanted }, version) => version.major === wanted.major,
};

function isOther(comparison: Comparison, version: Version): boolean {
  const { version: wanted, isDirty, isMinorDirty } = comparison;
  if (!isDirty) return compareVersions(version, wanted) !== 0;
  if (isUnwantedPrerelease(version, comparison)) return false;
  return wanted.major !== version.major || (wanted.minor !== version.minor && !isMinorDirty);
}

/** Each number is compared alone, as the library has it: 1.9 is past 2.1. */
function isNotPast({ version: wanted, isMinorDirty }: Comparison, version: Version): boolean {
  return version.major <= wanted.major && (version.minor <= wanted.minor || isMinorDirty);
}
