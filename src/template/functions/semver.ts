import { fn, GoError, type GoFunctions, STRING } from "../goFunction.ts";
import { GoStruct } from "../goValue.ts";
import { parseConstraint1 } from "../semver/constraint1.ts";
import { parseConstraint3 } from "../semver/constraint3.ts";
import { parseVersion, RULES_1, RULES_3, VersionError } from "../semver/version.ts";
import { VERSION_1, VERSION_3 } from "../semver/versionTypes.ts";

/** Units of work of each byte of a constraint. */
const CONSTRAINT_WORK = 2_000;

/** Sprig's semantic versions: 2.22's answer, 3.3's where 2.22 has an error. @see Sprig 2.22 semver.go */
export const SEMVER_FUNCTIONS: GoFunctions = new Map([
  [
    "semver",
    fn([STRING], ([text]) =>
      either(
        () => GoStruct.of(VERSION_1, parseVersion(text, RULES_1)),
        () => GoStruct.of(VERSION_3, parseVersion(text, RULES_3)),
      ),
    ),
  ],
  [
    "semverCompare",
    fn([STRING, STRING], ([constraint, version], context) => {
      const ranges = constraint.split("-").length;
      context.charge(constraint.length * (CONSTRAINT_WORK + 4 * ranges));
      return either(
        () => parseConstraint1(constraint)(parseVersion(version, RULES_1)),
        () => parseConstraint3(constraint)(parseVersion(version, RULES_3)),
      );
    }),
  ],
]);

/** The second answer counts only when it is none of an error and the first one is. */
function either<T>(first: () => T, second: () => T): T {
  try {
    return first();
  } catch (error) {
    if (!(error instanceof VersionError)) throw error;
    try {
      return second();
    } catch (another) {
      if (!(another instanceof VersionError)) throw another;
      throw new GoError(error.message);
    }
  }
}
