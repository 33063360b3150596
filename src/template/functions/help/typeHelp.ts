import type { FunctionFamily } from "../functionHelp.ts";

/** Help on the functions of this family. */
export const TYPE_HELP: FunctionFamily = {
  title: "Types",
  functions: [
    {
      name: "typeOf",
      signature: "typeOf VALUE -> string",
      summary: "The name of the type of VALUE.",
      example: "{{typeOf (list 1)}}",
      result: "[]interface {}",
    },
    {
      name: "typeIs",
      signature: "typeIs NAME VALUE -> bool",
      summary: "Whether that is the type of VALUE.",
      example: '{{typeIs "string" "a"}}',
      result: "true",
    },
    {
      name: "typeIsLike",
      signature: "typeIsLike NAME VALUE -> bool",
      summary: "As typeIs, a pointer to the type counts, too.",
      example: '{{typeIsLike "string" "a"}}',
      result: "true",
    },
    {
      name: "kindOf",
      signature: "kindOf VALUE -> string",
      summary: "The kind of VALUE: slice, map, string, int, float64, …",
      example: "{{kindOf (list 1)}}",
      result: "slice",
    },
    {
      name: "kindIs",
      signature: "kindIs KIND VALUE -> bool",
      summary: "Whether VALUE is of that kind.",
      example: '{{kindIs "map" (dict "a" 1)}}',
      result: "true",
    },
    {
      name: "deepEqual",
      signature: "deepEqual A B -> bool",
      summary: "Whether two values are equal through and through, types included.",
      example: "{{deepEqual (list 1 2) (list 1 2)}}",
      result: "true",
    },
  ],
};
