import { BUILTINS } from "../builtins.ts";
import { kudoFunctions } from "../table.ts";

/** Who has a function: both releases of Sprig, the later one alone, Go itself, or KUDO besides them. */
export type FunctionOrigin = "Sprig 2.22 and 3.3" | "Sprig 3.3" | "Go" | "KUDO";

/** What Sprig 3.3 has and 2.22 has not; a test holds it to what Go says. */
const ONLY_IN_SPRIG_3: ReadonlySet<string> = new Set(
  [
    "add1f addf all any bcrypt chunk dig divf duration durationRound fromJson genCAWithKey genSelfSignedCertWithKey",
    "genSignedCertWithKey get htpasswd maxf minf mulf mustAppend mustChunk mustCompact mustDateModify mustDeepCopy",
    "mustFirst mustFromJson mustHas mustInitial mustLast mustMerge mustMergeOverwrite mustPrepend mustPush",
    "mustRegexFind mustRegexFindAll mustRegexMatch mustRegexReplaceAll mustRegexReplaceAllLiteral mustRegexSplit",
    "mustRest mustReverse mustSlice mustToDate mustToJson mustToPrettyJson mustToRawJson mustUniq mustWithout",
    "must_date_modify randBytes randInt regexQuoteMeta seq sha512sum subf toRawJson",
  ].flatMap((line) => line.split(" ")),
);

/** Sprig's functions that reach environment, files or network: no template may call them. */
export const NEVER_THERE: ReadonlySet<string> = new Set(
  "env expandenv getHostByName base dir clean ext isAbs osBase osDir osClean osExt osIsAbs".split(" "),
);

/** `undefined` for what no template may call. */
export function functionOrigin(name: string): FunctionOrigin | undefined {
  if (name === "toYaml") return "KUDO";
  if (ONLY_IN_SPRIG_3.has(name)) return "Sprig 3.3";
  if (kudoFunctions.has(name)) return "Sprig 2.22 and 3.3";
  return BUILTINS.has(name) ? "Go" : undefined;
}
