import type { GoFunctions } from "../goFunction.ts";
import { SPRIG_2_VARIANTS, SPRIG_3_VARIANTS } from "./sprigVariants.ts";
import { kudoFunctions } from "./table.ts";

/** The releases of Sprig whose answers we know. */
export const SPRIG_VERSIONS = ["2.22.0", "3.3.0"] as const;

/** A release of Sprig that templates can be held to. */
export type SprigVersion = (typeof SPRIG_VERSIONS)[number];

/** The release that a text means: `2`, `2.22`, `v2.22.0+incompatible`, `sprig 3.3`; `undefined` for any other. */
export function sprigVersionOf(text: string): SprigVersion | undefined {
  const wanted = text.replace(/^(?:sprig\W*)?v?/i, "").replace(/\+incompatible$|\.x$/, "");
  return SPRIG_VERSIONS.find((version) => wanted !== "" && `${version}.`.startsWith(`${wanted}.`));
}

/** Functions that Sprig 2.22 does not have. */
const NEW_IN_3: ReadonlySet<string> = new Set([
  "add1f",
  "addf",
  "all",
  "any",
  "bcrypt",
  "chunk",
  "dig",
  "divf",
  "duration",
  "durationRound",
  "fromJson",
  "genCAWithKey",
  "genSelfSignedCertWithKey",
  "genSignedCertWithKey",
  "get",
  "htpasswd",
  "maxf",
  "minf",
  "mulf",
  "mustAppend",
  "mustChunk",
  "mustCompact",
  "mustDateModify",
  "mustDeepCopy",
  "mustFirst",
  "mustFromJson",
  "mustHas",
  "mustInitial",
  "mustLast",
  "mustMerge",
  "mustMergeOverwrite",
  "mustPrepend",
  "mustPush",
  "mustRegexFind",
  "mustRegexFindAll",
  "mustRegexMatch",
  "mustRegexReplaceAll",
  "mustRegexReplaceAllLiteral",
  "mustRegexSplit",
  "mustRest",
  "mustReverse",
  "mustSlice",
  "mustToDate",
  "mustToJson",
  "mustToPrettyJson",
  "mustToRawJson",
  "mustUniq",
  "mustWithout",
  "must_date_modify",
  "randBytes",
  "randInt",
  "regexQuoteMeta",
  "seq",
  "sha512sum",
  "subf",
  "toRawJson",
]);

/** What a template may call: exactly what a release of Sprig has, and `toYaml`; the union of both when none is named. */
export function functionsOf(version: SprigVersion | undefined): GoFunctions {
  switch (version) {
    case undefined:
      return kudoFunctions;
    case "2.22.0":
      return SPRIG_2;
    case "3.3.0":
      return SPRIG_3;
  }
}

const SPRIG_2: GoFunctions = new Map(
  [...kudoFunctions, ...SPRIG_2_VARIANTS].filter(([name]) => !NEW_IN_3.has(name)),
);
const SPRIG_3: GoFunctions = new Map([...kudoFunctions, ...SPRIG_3_VARIANTS]);
