import { GoError } from "../goFunction.ts";
import { quote } from "../quote.ts";

/** The part of a URL that text stands in; each has its own characters that need no escape. */
export type UrlPart = "path" | "host" | "zone" | "user" | "fragment";

/** Besides letters, digits and `-._~`. */
const PLAIN: Readonly<Record<UrlPart, string>> = {
  path: "$&+,/:;=@",
  host: "!\"$&'()*+,:;<=>[]",
  zone: "!\"$&'()*+,:;<=>[]",
  user: "$&+,;=",
  fragment: "!$&()*+,/:;=?@",
};

function mustEscape(char: string, part: UrlPart): boolean {
  return !/[A-Za-z0-9\-._~]/.test(char) && !PLAIN[part].includes(char);
}

/** A byte string with what may not stand there as `%XX`. */
export function escapeUrl(bytes: string, part: UrlPart): string {
  let out = "";
  for (const char of bytes) {
    const hex = char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0");
    out += mustEscape(char, part) ? `%${hex}` : char;
  }
  return out;
}

/**
 * The bytes that escaped text means.
 *
 * @throws GoError with net/url's message
 */
export function unescapeUrl(text: string, part: UrlPart): string {
  let out = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === "%") {
      out += byteAt(text, at, part);
      at += 2;
      continue;
    }
    const isHost = part === "host" || part === "zone";
    if (isHost && char.charCodeAt(0) < 0x80 && mustEscape(char, part)) {
      throw new GoError(`invalid character ${quote(char)} in host name`);
    }
    out += char;
  }
  return out;
}

/** In a host only bytes that are no ASCII may be escaped, and the percent sign before a zone. */
function byteAt(text: string, at: number, part: UrlPart): string {
  const triple = text.slice(at, at + 3);
  if (!/^%[0-9A-Fa-f]{2}$/.test(triple)) throw escapeError(triple);
  const code = Number.parseInt(triple.slice(1), 16);
  const char = String.fromCharCode(code);
  if (triple !== "%25") {
    if (part === "host" && code < 0x80) throw escapeError(triple);
    if (part === "zone" && char !== " " && mustEscape(char, "host")) throw escapeError(triple);
  }
  return char;
}

function escapeError(shown: string): GoError {
  return new GoError(`invalid URL escape ${quote(shown)}`);
}
