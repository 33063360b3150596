import { fn, GoError, type GoFunction, type GoFunctions, INT, STRING } from "../goFunction.ts";
import { GoStruct, type GoValue, type Int } from "../goValue.ts";
import { parseConstraint1 } from "../semver/constraint1.ts";
import { parseConstraint3 } from "../semver/constraint3.ts";
import { parseVersion, RULES_1, RULES_3, VersionError } from "../semver/version.ts";
import { VERSION_1, VERSION_3 } from "../semver/versionTypes.ts";
import { BUILD_CUSTOM_CERT_2 } from "./certificates.ts";
import { castToInt64, toInt64 } from "./conversion.ts";
import { kudoFunctions } from "./table.ts";
import { toCamelCase } from "./words.ts";

/** Functions that read whole numbers: Sprig 3 knows the prefixes of other bases in strings, 2.22 does not. */
const WHOLE_NUMBERS = [
  "int",
  "int64",
  "add",
  "add1",
  "sub",
  "mul",
  "div",
  "mod",
  "max",
  "biggest",
  "min",
  "slice",
  "mustSlice",
] as const;

/** Where Sprig 2.22 and the union differ: the union has 3.3's answer where 2.22 fails. */
export const SPRIG_2_VARIANTS: GoFunctions = new Map<string, GoFunction>([
  ...readingNumbers(toInt64),
  ["trunc", fn([INT, STRING], ([count, text]) => truncate(text, count))],
  ["buildCustomCert", BUILD_CUSTOM_CERT_2],
  ["semver", fn([STRING], ([text]) => plain(() => GoStruct.of(VERSION_1, parseVersion(text, RULES_1))))],
  [
    "semverCompare",
    fn([STRING, STRING], ([constraint, version]) =>
      plain(() => parseConstraint1(constraint)(parseVersion(version, RULES_1))),
    ),
  ],
  ...changed("genPrivateKey", (generate) => ({
    ...generate,
    call: (args, context) => (args[0] === "ed25519" ? "Unknown type ed25519" : generate.call(args, context)),
  })),
]);

/** Where Sprig 3.3 and the union differ. */
export const SPRIG_3_VARIANTS: GoFunctions = new Map<string, GoFunction>([
  ...readingNumbers(castToInt64),
  ["camelcase", fn([STRING], ([text]) => toCamelCase(text, true))],
  ["semver", fn([STRING], ([text]) => plain(() => GoStruct.of(VERSION_3, parseVersion(text, RULES_3))))],
  [
    "semverCompare",
    fn([STRING, STRING], ([constraint, version]) =>
      plain(() => parseConstraint3(constraint)(parseVersion(version, RULES_3))),
    ),
  ],
]);

/** The functions of the union, given numbers in place of strings. `slice` reads its indexes only. */
function readingNumbers(read: (value: GoValue) => Int): [string, GoFunction][] {
  return WHOLE_NUMBERS.flatMap((name) => {
    const first = name === "slice" || name === "mustSlice" ? 1 : 0;
    const convert = (arg: GoValue, index: number): GoValue =>
      index >= first && typeof arg === "string" ? read(arg) : arg;
    return changed(name, (union) => ({
      ...union,
      call: (args, context) => union.call(args.map(convert), context),
    }));
  });
}

function changed(name: string, change: (union: GoFunction) => GoFunction): [string, GoFunction][] {
  const union = kudoFunctions.get(name);
  return union === undefined ? [] : [[name, change(union)]];
}

function truncate(text: string, count: Int): string {
  if (count < 0) throw new GoError(`runtime error: slice bounds out of range [:${count}]`);
  return text.slice(0, Number(count));
}

/** A version's error as that of a function. */
function plain<T>(answer: () => T): T {
  try {
    return answer();
  } catch (error) {
    throw error instanceof VersionError ? new GoError(error.message) : error;
  }
}
