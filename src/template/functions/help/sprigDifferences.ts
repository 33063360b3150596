/** Something to which the two releases of Sprig answer differently; {@link SPRIG_DIFFERENCES} has all that rows found. */
export interface SprigDifference {
  readonly functions: readonly string[];
  readonly difference: string;
  /** A template without data; `undefined` where it would need too much of it. */
  readonly example: string | undefined;
  /** What Sprig 2.22 makes of the example; `undefined` for an error. */
  readonly sprig2: string | undefined;
  /** What Sprig 3.3 makes of it. */
  readonly sprig3: string | undefined;
  /** Whose answer is ours. */
  readonly ours: "2.22" | "3.3";
}

/**
 * How Sprig 2.22.0 and 3.3.0 differ, found by putting every row of the tests to both. Ours is the answer of 2.22, and
 * that of 3.3 where 2.22 ends with an error, or says in the result that it cannot.
 */
export const SPRIG_DIFFERENCES: readonly SprigDifference[] = [
  {
    functions: "int int64 add add1 sub mul max biggest min slice".split(" "),
    difference:
      "Text that is a number with a prefix: 2.22 reads base 10 alone, 3.3 takes 0x, 0b, 0o, a leading 0 and _ as Go's literals have them, and .0 at the end.",
    example: '{{int "017"}} {{int "0x1F"}} {{add "1_000" 1}}',
    sprig2: "17 0 1",
    sprig3: "15 31 1001",
    ours: "2.22",
  },
  {
    functions: ["div", "mod"],
    difference: "The same; where 2.22 so divides by 0, which is an error, both numbers are read as 3.3 does.",
    example: '{{div 100 "0x1F"}}',
    sprig2: undefined,
    sprig3: "3",
    ours: "3.3",
  },
  {
    functions: "int int64 float64 floor ceil round add max".split(" "),
    difference: "A duration, as Sub of two times gives one: its nanoseconds in 2.22, 0 in 3.3.",
    example:
      '{{$d := (toDate "2006" "2026").Sub (toDate "2006" "2025")}}{{int $d}} {{int64 $d}} {{float64 $d}} {{floor $d}} {{ceil $d}} {{round $d 0}} {{add $d 1}} {{max $d 1}}',
    sprig2:
      "31536000000000000 31536000000000000 3.1536e+16 3.1536e+16 3.1536e+16 3.1536e+16 31536000000000001 31536000000000000",
    sprig3: "0 0 0 0 0 0 1 1",
    ours: "2.22",
  },
  {
    functions: ["trunc"],
    difference: "A negative count: 2.22 fails, 3.3 keeps the end of the text.",
    example: '{{trunc -5 "hello world"}}',
    sprig2: undefined,
    sprig3: "world",
    ours: "3.3",
  },
  {
    functions: ["camelcase"],
    difference: "The first word: 2.22 begins it with a small letter, 3.3 with a capital.",
    example: '{{camelcase "max_node-count"}} {{camelcase "float64"}}',
    sprig2: "maxNodeCount float64",
    sprig3: "MaxNodeCount Float64",
    ours: "2.22",
  },
  {
    functions: ["semver"],
    difference: "Numbers past 63 bits: an error in 2.22, up to 64 bits in 3.3.",
    example: '{{semver "9223372036854775808.0.0"}}',
    sprig2: undefined,
    sprig3: "9223372036854775808.0.0",
    ours: "3.3",
  },
  {
    functions: ["semver"],
    difference: "Numbers with leading zeros in a pre-release: 3.3 refuses them.",
    example: '{{semver "1.2.3-01"}}',
    sprig2: "1.2.3-01",
    sprig3: undefined,
    ours: "2.22",
  },
  {
    functions: ["semver"],
    difference:
      "What IncMajor, IncMinor, IncPatch, SetPrerelease and SetMetadata give prints as a version in 3.3 alone.",
    example: '{{(semver "1.2.3").IncPatch}}',
    sprig2: "{1 2 4   1.2.4}",
    sprig3: "1.2.4",
    ours: "2.22",
  },
  {
    functions: ["semverCompare"],
    difference: "Conditions with a space between, which all must hold: an error in 2.22, which wants commas.",
    example: '{{semverCompare ">=1.2 <2" "1.4.5"}}',
    sprig2: undefined,
    sprig3: "true",
    ours: "3.3",
  },
  {
    functions: ["semverCompare"],
    difference: "Leading zeros in a condition or a pre-release.",
    example: '{{semverCompare "01.2" "1.2.3"}}',
    sprig2: "false",
    sprig3: "true",
    ours: "2.22",
  },
  {
    functions: ["genPrivateKey"],
    difference: "The type ed25519: 3.3 has it, 2.22 says that it does not know it.",
    example: '{{genPrivateKey "ed25519" | trunc 27}}',
    sprig2: "Unknown type ed25519",
    sprig3: "-----BEGIN PRIVATE KEY-----",
    ours: "3.3",
  },
  {
    functions: ["buildCustomCert"],
    difference:
      "The key: 2.22 takes RSA keys of PKCS #1 alone, 3.3 any private key; their words for bad ones differ.",
    example: undefined,
    sprig2: undefined,
    sprig3: undefined,
    ours: "3.3",
  },
];
