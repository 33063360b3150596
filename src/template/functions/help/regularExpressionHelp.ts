import type { FunctionFamily } from "../functionHelp.ts";

/** Help on the functions of this family. */
export const REGULAR_EXPRESSION_HELP: FunctionFamily = {
  title: "Regular expressions",
  functions: [
    {
      name: "regexMatch",
      signature: "regexMatch PATTERN TEXT -> bool",
      summary: "Whether PATTERN matches somewhere in TEXT; a bad pattern matches nothing.",
      example: '{{regexMatch "^[a-z0-9-]+$" "node-1"}}',
      result: "true",
    },
    {
      name: "mustRegexMatch",
      signature: "mustRegexMatch PATTERN TEXT -> bool",
      summary: "As regexMatch, but a bad pattern is an error.",
      example: '{{mustRegexMatch "^[a-z]+$" "node-1"}}',
      result: "false",
    },
    {
      name: "regexFind",
      signature: "regexFind PATTERN TEXT -> string",
      summary: "The first match in TEXT, or the empty string.",
      example: '{{regexFind "[0-9]+" "node-12-34"}}',
      result: "12",
    },
    {
      name: "mustRegexFind",
      signature: "mustRegexFind PATTERN TEXT -> string",
      summary: "The same as regexFind.",
      example: '{{mustRegexFind "[0-9]+" "node-12-34"}}',
      result: "12",
    },
    {
      name: "regexFindAll",
      signature: "regexFindAll PATTERN TEXT COUNT -> []string",
      summary: "The first COUNT matches; all of them with -1.",
      example: '{{regexFindAll "[0-9]+" "1, 22, 333" -1}}',
      result: "[1 22 333]",
    },
    {
      name: "mustRegexFindAll",
      signature: "mustRegexFindAll PATTERN TEXT COUNT -> []string",
      summary: "The same as regexFindAll.",
      example: '{{mustRegexFindAll "[0-9]+" "1, 22, 333" 2}}',
      result: "[1 22]",
    },
    {
      name: "regexReplaceAll",
      signature: "regexReplaceAll PATTERN TEXT REPLACEMENT -> string",
      summary:
        "TEXT with each match replaced; $1 stands for its first group, $name for the group of that name.",
      example: '{{regexReplaceAll "(\\\\w+)@(\\\\w+)" "a@b c@d" "$2.$1"}}',
      result: "b.a d.c",
    },
    {
      name: "mustRegexReplaceAll",
      signature: "mustRegexReplaceAll PATTERN TEXT REPLACEMENT -> string",
      summary: "The same as regexReplaceAll.",
      example: '{{mustRegexReplaceAll "a(b*)" "ab abb" "<$1>"}}',
      result: "<b> <bb>",
    },
    {
      name: "regexReplaceAllLiteral",
      signature: "regexReplaceAllLiteral PATTERN TEXT REPLACEMENT -> string",
      summary: "As regexReplaceAll, with REPLACEMENT taken as it is.",
      example: '{{regexReplaceAllLiteral "b+" "abbc" "$1"}}',
      result: "a$1c",
    },
    {
      name: "mustRegexReplaceAllLiteral",
      signature: "mustRegexReplaceAllLiteral PATTERN TEXT REPLACEMENT -> string",
      summary: "The same as regexReplaceAllLiteral.",
      example: '{{mustRegexReplaceAllLiteral "b+" "abbc" "$1"}}',
      result: "a$1c",
    },
    {
      name: "regexSplit",
      signature: "regexSplit PATTERN TEXT COUNT -> []string",
      summary: "The parts of TEXT between matches, at most COUNT of them; all with -1.",
      example: '{{regexSplit "[,;] *" "a, b;c" -1}}',
      result: "[a b c]",
    },
    {
      name: "mustRegexSplit",
      signature: "mustRegexSplit PATTERN TEXT COUNT -> []string",
      summary: "The same as regexSplit.",
      example: '{{mustRegexSplit "[,;] *" "a, b;c" 2}}',
      result: "[a b;c]",
    },
    {
      name: "regexQuoteMeta",
      signature: "regexQuoteMeta TEXT -> string",
      summary: "A pattern that matches TEXT itself.",
      example: '{{regexQuoteMeta "1.5*2"}}',
      result: "1\\.5\\*2",
    },
  ],
};
