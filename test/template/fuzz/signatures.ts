import type { Kind } from "./scope.ts";

/**
 * How the generator calls each function: its arguments, `>`, what comes out.
 *
 * s string, i int, k small int (what decides the size of a result), n any number, f float literal, b bool, l list,
 * m map, a anything; K key of a map, R regular expression, Q replacement, T name of a kind or type, J JSON, 6 base64,
 * 3 base32, N number in a string, V version, C constraint of versions, U URL, L layout of dates, D date in text of
 * the layout 2006-01-02, P duration, Z zone, t time, h map of a URL's parts, v l or string;
 * c a string or an int, F a map made on the spot (a map inside itself makes Go's printing die);
 * `x*` up to three more of x, `x?` one or none.
 */
const TABLE = `
abbrev i s > s          abbrevboth i i s > s     trim s > s             upper s > s
lower s > s             title s > s              untitle s > s          substr k k s > s
repeat k s > s          trimAll s s > s          trimall s s > s        trimSuffix s s > s
trimPrefix s s > s      nospace s > s            initials s > s         contains s s > b
hasPrefix s s > b       hasSuffix s s > b        quote a* > s           squote a* > s
cat a* > s              indent k s > s           nindent k s > s        replace s s s > s
plural s s i > s        sha1sum s > s            sha256sum s > s        sha512sum s > s
adler32sum s > s        toString a > s           wrap k s > s           wrapWith k s s > s
swapcase s > s          snakecase s > s          camelcase s > s        kebabcase s > s
split s s > m           splitn s i s > m         splitList s s > l      join s l > s
sortAlpha l > l         toStrings l > l          b64enc s > s           b64dec 6 > s
b32enc s > s            b32dec 3 > s             trunc i s > s          hello > s

atoi N > i              int n > i                int64 n > j            float64 n > f
add n* > j              add1 n > j               sub n n > j            div n n > j
mod n n > j             mul n n* > j             max n n* > j           min n n* > j
biggest n n* > j        ceil n > f               floor n > f            round n k f? > f
until k > l             untilStep k k k > l      seq k k? k? > s        toDecimal N > j
addf n* > f             add1f n > f              subf n n* > f          divf n n* > f
mulf n n* > f           maxf n n* > f            minf n n* > f

default a a > a         empty a > b              coalesce a* > a        all a* > b
any a* > b              ternary a a b > a        fromJson J > a         mustFromJson J > a
toJson a > s            toPrettyJson a > s       toRawJson a > s        mustToJson a > s
mustToPrettyJson a > s  mustToRawJson a > s      toYaml a > s           deepCopy a > a
mustDeepCopy a > a      typeOf a > s             typeIs T a > b         typeIsLike T a > b
kindOf a > s            kindIs T a > b           deepEqual a a > b

list a* > l             tuple a* > l             append l a > l         mustAppend l a > l
push l a > l            mustPush l a > l         prepend l a > l        mustPrepend l a > l
first l > a             mustFirst l > a          rest l > l             mustRest l > l
last l > a              mustLast l > a           initial l > l          mustInitial l > l
uniq l > l              mustUniq l > l           without l a* > l       mustWithout l a* > l
has a l > b             mustHas a l > b          reverse l > l          mustReverse l > l
compact l > l           mustCompact l > l        concat l l* > l        chunk k l > l
mustChunk k l > l       slice l k? > l           mustSlice l k? > l

get m K > a             set m K c > m            unset m K > m          hasKey m K > b
pluck K m m* > l        pick m K* > m            omit m K* > m          merge F m? > m
mergeOverwrite F m? > m mustMerge F m? > m       mustMergeOverwrite F m? > m
dig K K a m > a

regexMatch R s > b      mustRegexMatch R s > b   regexFind R s > s      mustRegexFind R s > s
regexFindAll R s i > l  mustRegexFindAll R s i > l                      regexQuoteMeta s > s
regexReplaceAll R s Q > s                        mustRegexReplaceAll R s Q > s
regexReplaceAllLiteral R s Q > s                 mustRegexReplaceAllLiteral R s Q > s
regexSplit R s i > l    mustRegexSplit R s i > l

semver V > o            semverCompare C V > b    urlParse U > m         urlJoin h > s
toDate L D > t          mustToDate L D > t       unixEpoch t > s        date L t > s
dateInZone L t Z > s    date_in_zone L t Z > s   dateModify P t > t     date_modify P t > t
mustDateModify P t > t  must_date_modify P t > t htmlDate t > s         htmlDateInZone t Z > s
duration n > s          durationRound P > s
decryptAES s 6 > s      fail s > s

not a > b               len v > i                index l k > a          html a* > s
js a* > s               urlquery a* > s          print a* > s           println a* > s
and a a* > a            or a a* > a              call a a* > a
`;

/** What one argument should be; see {@link SIGNATURES}. */
export type ArgumentCode = string;

/** How to call one function. */
export interface Signature {
  readonly name: string;
  readonly required: readonly ArgumentCode[];
  /** What may come besides, at most so many times. */
  readonly more: readonly { readonly code: ArgumentCode; readonly atMost: number }[];
  readonly result: Kind | "time";
}

const RESULTS: Readonly<Record<string, Kind | "time">> = {
  s: "string",
  i: "int",
  j: "int64",
  f: "float",
  b: "bool",
  l: "list",
  m: "map",
  a: "any",
  o: "any",
  t: "time",
};

/** Every function whose result is decided by its arguments. Comparisons, printf, dict, keys and values stand apart. */
export const SIGNATURES: readonly Signature[] = [
  ...TABLE.matchAll(/(\w+)((?: [A-Za-z0-9][*?]?)*) > ([a-z])/g),
].map(([, name = "", args = "", result = ""]) => {
  const codes = args.trim().split(" ").filter(Boolean);
  return {
    name,
    required: codes.filter((code) => code.length === 1),
    more: codes
      .filter((code) => code.length === 2)
      .map((code) => ({ code: code[0] ?? "", atMost: code[1] === "*" ? 3 : 1 })),
    result: RESULTS[result] ?? "any",
  };
});

/** Functions that the generator calls in other ways. */
export const CALLED_APART: readonly string[] = [
  ...["eq", "ne", "lt", "le", "gt", "ge"],
  ...["printf", "dict", "keys", "values"],
];

/** Functions that a template of the fuzz never calls, with the reason. */
export const NOT_CALLED: Readonly<Record<string, string>> = {
  now: "its result is the time",
  ago: "its result depends on the time",
  randAlpha: "random",
  randAlphaNum: "random",
  randAscii: "random",
  randNumeric: "random",
  randBytes: "random",
  randInt: "random",
  shuffle: "random",
  uuidv4: "random",
  bcrypt: "random",
  htpasswd: "random",
  encryptAES: "random",
  genPrivateKey: "random",
  genCA: "random",
  genCAWithKey: "random",
  genSelfSignedCert: "random",
  genSelfSignedCertWithKey: "random",
  genSignedCert: "random",
  genSignedCertWithKey: "random",
  buildCustomCert: "only certificates are of use",
  derivePassword: "takes a tenth of a second",
};
