import { type Comparison, isUnwantedPrerelease, parseComparison, rewriteRanges } from "./comparison.ts";
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
  return (version) => choices.some((all) => all.every((one) => holds(one, version)));
}

function holds(comparison: Comparison, version: Version): boolean {
  const { operator, version: wanted, isDirty } = comparison;
  if (operator === "!=") return isOther(comparison, version);
  if (isUnwantedPrerelease(version, comparison)) return false;
  const order = compareVersions(version, wanted);
  switch (operator) {
    case "":
    case "=":
      return isDirty ? isAbout(comparison, version, order) : order === 0;
    case ">":
      return order > 0;
    case "<":
      return isDirty ? isNotPast(comparison, version) : order < 0;
    case ">=":
    case "=>":
      return order >= 0;
    case "<=":
    case "=<":
      return isDirty ? isNotPast(comparison, version) : order <= 0;
    case "^":
      return order >= 0 && version.major === wanted.major;
    default:
      return isAbout(comparison, version, order);
  }
}

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

function isAbout(comparison: Comparison, version: Version, order: number): boolean {
  const { version: wanted, isMinorDirty, isPatchDirty } = comparison;
  if (order < 0) return false;
  const isZero = wanted.major === 0n && wanted.minor === 0n && wanted.patch === 0n;
  if (isZero && !isMinorDirty && !isPatchDirty) return true;
  return version.major === wanted.major && (version.minor === wanted.minor || isMinorDirty);
}
