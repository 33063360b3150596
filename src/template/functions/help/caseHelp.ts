import type { FunctionFamily } from "../functionHelp.ts";

/** Help on the functions of this family. */
export const CASE_HELP: FunctionFamily = {
  title: "Case and words",
  functions: [
    {
      name: "upper",
      signature: "upper TEXT -> string",
      summary: "TEXT in upper case.",
      example: '{{upper "größe"}}',
      result: "GRÖßE",
    },
    {
      name: "lower",
      signature: "lower TEXT -> string",
      summary: "TEXT in lower case.",
      example: '{{lower "Primary"}}',
      result: "primary",
    },
    {
      name: "title",
      signature: "title TEXT -> string",
      summary: "TEXT with the first letter of each word in title case.",
      example: '{{title "hello wide-world"}}',
      result: "Hello Wide-World",
    },
    {
      name: "untitle",
      signature: "untitle TEXT -> string",
      summary: "TEXT with the first letter of each word in lower case.",
      example: '{{untitle "Hello World"}}',
      result: "hello world",
    },
    {
      name: "swapcase",
      signature: "swapcase TEXT -> string",
      summary:
        "Upper case becomes lower and lower upper; a lower letter that begins a word becomes title case.",
      example: '{{swapcase "Hello wORLD"}}',
      result: "hELLO World",
    },
    {
      name: "camelcase",
      signature: "camelcase TEXT -> string",
      summary: "Words at _, - and spaces run together, each but the first with a capital.",
      example: '{{camelcase "max_node-count"}}',
      result: "maxNodeCount",
    },
    {
      name: "snakecase",
      signature: "snakecase TEXT -> string",
      summary: "Words in lower case with _ between.",
      example: '{{snakecase "MaxNodeCount"}}',
      result: "max_node_count",
    },
    {
      name: "kebabcase",
      signature: "kebabcase TEXT -> string",
      summary: "Words in lower case with - between.",
      example: '{{kebabcase "MaxNodeCount"}}',
      result: "max-node-count",
    },
    {
      name: "initials",
      signature: "initials TEXT -> string",
      summary: "The first byte of each word.",
      example: '{{initials "Galera Cluster Node"}}',
      result: "GCN",
    },
    {
      name: "nospace",
      signature: "nospace TEXT -> string",
      summary: "TEXT without white space.",
      example: '{{nospace "a b  c"}}',
      result: "abc",
    },
  ],
};
