import { type Comparison, isUnwantedPrerelease } from "./comparison.ts";
import { compareVersions, type Version } from "./version.ts";

/** What the generations of the library judge each in its own way; `order` is that of the version beside the wanted one. */
export interface Judgements {
  readonly isOther: (comparison: Comparison, version: Version) => boolean;
  readonly isPast: (comparison: Comparison, version: Version, order: number) => boolean;
  readonly isBefore: (comparison: Comparison, version: Version, order: number) => boolean;
  readonly isNotPast: (comparison: Comparison, version: Version) => boolean;
  /** Of `^`, for versions that are not older. */
  readonly isCompatible: (comparison: Comparison, version: Version) => boolean;
}

/** Whether a version meets one comparison of a constraint. */
export function meetsComparison(judgements: Judgements, comparison: Comparison, version: Version): boolean {
  const { operator, isDirty } = comparison;
  if (operator === "!=") return judgements.isOther(comparison, version);
  if (isUnwantedPrerelease(version, comparison)) return false;
  const order = compareVersions(version, comparison.version);
  switch (operator) {
    case "":
    case "=":
      return isDirty ? isAbout(comparison, version, order) : order === 0;
    case ">":
      return judgements.isPast(comparison, version, order);
    case "<":
      return judgements.isBefore(comparison, version, order);
    case ">=":
    case "=>":
      return order >= 0;
    case "<=":
    case "=<":
      return isDirty ? judgements.isNotPast(comparison, version) : order <= 0;
    case "^":
      return order >= 0 && judgements.isCompatible(comparison, version);
    default:
      return isAbout(comparison, version, order);
  }
}

/** Of `~`, and of `=` with a wildcard. */
function isAbout(comparison: Comparison, version: Version, order: number): boolean {
  const { version: wanted, isMinorDirty, isPatchDirty } = comparison;
  if (order < 0) return false;
  const isZero = wanted.major === 0n && wanted.minor === 0n && wanted.patch === 0n;
  if (isZero && !isMinorDirty && !isPatchDirty) return true;
  return version.major === wanted.major && (version.minor === wanted.minor || isMinorDirty);
}
