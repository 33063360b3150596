import { fn, type GoFunctions, INT, STRING } from "../goFunction.ts";
import { trimSpace } from "../goText.ts";

/** Sprig's functions on text. @see Sprig 2.22 strings.go */
export const STRING_FUNCTIONS: GoFunctions = new Map([
  ["trim", fn([STRING], ([text]) => trimSpace(text))],
  [
    "indent",
    fn([INT, STRING], ([width, text]) => {
      const pad = " ".repeat(Number(width));
      return pad + text.replaceAll("\n", `\n${pad}`);
    }),
  ],
]);
