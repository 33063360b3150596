import { ANY, type GoFunctions, variadic } from "../goFunction.ts";
import { runeAt } from "../goString.ts";
import type { GoValue } from "../goValue.ts";
import { sprint } from "../print.ts";
import { isPrint } from "../unicode.ts";

/** Go's own escapes for HTML, JavaScript and URLs. @see Go 1.26 text/template/funcs.go */
export const ESCAPE_FUNCTIONS: GoFunctions = new Map([
  ["html", variadic([], ANY, (values) => escapeHtml(textOfAll(values)))],
  ["js", variadic([], ANY, (values) => escapeJs(textOfAll(values)))],
  ["urlquery", variadic([], ANY, (values) => escapeQuery(textOfAll(values)))],
]);

/** The arguments as one text; a nil is what an action prints for it. */
function textOfAll(values: readonly GoValue[]): string {
  return sprint(values.map((value) => (value === null || value === undefined ? "<no value>" : value)));
}

const HTML: ReadonlyMap<string, string> = new Map([
  ["\0", "\xef\xbf\xbd"],
  ['"', "&#34;"],
  ["'", "&#39;"],
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
]);

function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (char) => HTML.get(char) ?? char);
}

const JS: ReadonlyMap<number, string> = new Map([
  [0x5c, "\\\\"],
  [0x27, "\\'"],
  [0x22, '\\"'],
  [0x3c, "\\u003C"],
  [0x3e, "\\u003E"],
  [0x26, "\\u0026"],
  [0x3d, "\\u003D"],
]);

function escapeJs(text: string): string {
  let out = "";
  for (let at = 0; at < text.length; ) {
    const { rune, size } = runeAt(text, at);
    const special = JS.get(rune);
    const isPlain = rune < 0x80 ? rune >= 0x20 : isPrint(rune);
    out += special ?? (isPlain ? text.slice(at, at + size) : `\\u${hex(rune)}`);
    at += size;
  }
  return out;
}

function hex(rune: number): string {
  return rune.toString(16).toUpperCase().padStart(4, "0");
}

function escapeQuery(text: string): string {
  return text.replace(/[^A-Za-z0-9\-_.~]/g, (char) =>
    char === " " ? "+" : `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
