import type { FunctionFamily } from "../functionHelp.ts";

/** Help on the functions of this family. */
export const DEFAULT_HELP: FunctionFamily = {
  title: "Defaults and choices",
  functions: [
    {
      name: "default",
      signature: "default FALLBACK VALUE -> any",
      summary: 'VALUE, or FALLBACK when VALUE is empty: false, 0, "", nil, an empty list or map.',
      example: '{{"" | default "standard"}}',
      result: "standard",
    },
    {
      name: "empty",
      signature: "empty VALUE -> bool",
      summary: 'Whether VALUE is false, 0, "", nil or without elements.',
      example: "{{empty (list)}}",
      result: "true",
    },
    {
      name: "coalesce",
      signature: "coalesce VALUE… -> any",
      summary: "The first value that is not empty, or nil.",
      example: '{{coalesce 0 "" "x" "y"}}',
      result: "x",
    },
    {
      name: "all",
      signature: "all VALUE… -> bool",
      summary: "Whether no value is empty.",
      example: '{{all 1 "a" true}}',
      result: "true",
    },
    {
      name: "any",
      signature: "any VALUE… -> bool",
      summary: "Whether some value is not empty.",
      example: '{{any 0 "" "x"}}',
      result: "true",
    },
    {
      name: "ternary",
      signature: "ternary YES NO CONDITION -> any",
      summary: "YES when CONDITION is true, else NO; both are evaluated.",
      example: '{{eq 3 3 | ternary "odd" "even"}}',
      result: "odd",
    },
    {
      name: "fail",
      signature: "fail MESSAGE -> error",
      summary: "Ends the template with MESSAGE.",
      example: '{{if eq 1 2}}{{fail "NODE_COUNT must be odd"}}{{end}}',
      result: "",
    },
  ],
};
