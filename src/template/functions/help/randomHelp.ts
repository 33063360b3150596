import type { FunctionFamily } from "../functionHelp.ts";

/** Help on the functions of this family. */
export const RANDOM_HELP: FunctionFamily = {
  title: "Random values",
  functions: [
    {
      name: "randAlphaNum",
      signature: "randAlphaNum COUNT -> string",
      summary: "COUNT random letters and digits, the same ones in each later rendering.",
      example: "{{randAlphaNum 16 | len}}",
      result: "16",
    },
    {
      name: "randAlpha",
      signature: "randAlpha COUNT -> string",
      summary: "COUNT random letters, the same ones in each later rendering.",
      example: '{{randAlpha 5 | regexMatch "^[A-Za-z]{5}$"}}',
      result: "true",
    },
    {
      name: "randNumeric",
      signature: "randNumeric COUNT -> string",
      summary: "COUNT random digits, the same ones in each later rendering.",
      example: '{{randNumeric 6 | regexMatch "^[0-9]{6}$"}}',
      result: "true",
    },
    {
      name: "randAscii",
      signature: "randAscii COUNT -> string",
      summary: "COUNT random printable characters of ASCII, the same ones in each later rendering.",
      example: "{{randAscii 20 | len}}",
      result: "20",
    },
    {
      name: "randBytes",
      signature: "randBytes COUNT -> string",
      summary: "COUNT random bytes in base64, the same ones in each later rendering.",
      example: "{{randBytes 32 | b64dec | len}}",
      result: "32",
    },
    {
      name: "randInt",
      signature: "randInt FROM END -> int",
      summary: "A random number from FROM up to END - 1, the same one in each later rendering.",
      example: "{{randInt 7 8}}",
      result: "7",
    },
    {
      name: "shuffle",
      signature: "shuffle TEXT -> string",
      summary: "The characters of TEXT in a random order, the same one in each later rendering.",
      example: '{{shuffle "aaa"}}',
      result: "aaa",
    },
    {
      name: "uuidv4",
      signature: "uuidv4 -> string",
      summary: "A random UUID of version 4, the same one in each later rendering.",
      example: "{{uuidv4 | len}}",
      result: "36",
    },
  ],
};
