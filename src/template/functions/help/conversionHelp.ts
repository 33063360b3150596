import type { FunctionFamily } from "../functionHelp.ts";

/** Help on the functions of this family. */
export const CONVERSION_HELP: FunctionFamily = {
  title: "Conversions",
  functions: [
    {
      name: "int",
      signature: "int VALUE -> int",
      summary: "VALUE as a whole number, fractions cut off; 0 for what is no number.",
      example: '{{int "42"}}',
      result: "42",
    },
    {
      name: "int64",
      signature: "int64 VALUE -> int64",
      summary: "As int, of the type int64.",
      example: "{{int64 2.9}}",
      result: "2",
    },
    {
      name: "float64",
      signature: "float64 VALUE -> float64",
      summary: "VALUE as a number with a fraction; 0 for what is no number.",
      example: '{{float64 "2.5"}}',
      result: "2.5",
    },
    {
      name: "atoi",
      signature: "atoi TEXT -> int",
      summary: "TEXT in base 10 as a whole number; 0 for what is none.",
      example: '{{add (atoi "41") 1}}',
      result: "42",
    },
    {
      name: "toDecimal",
      signature: "toDecimal VALUE -> int64",
      summary: "Octal digits as a number: what a file mode means.",
      example: '{{toDecimal "0755"}}',
      result: "493",
    },
    {
      name: "toString",
      signature: "toString VALUE -> string",
      summary: "VALUE as it prints.",
      example: '{{list 1 "a" | toString}}',
      result: "[1 a]",
    },
    {
      name: "toStrings",
      signature: "toStrings LIST -> []string",
      summary: "The elements as text; nils are left out.",
      example: '{{list 1 nil true | toStrings | printf "%q"}}',
      result: '["1" "true"]',
    },
  ],
};
