import { GoError } from "../goFunction.ts";
import { quote } from "../quote.ts";

/**
 * Which kind of IP address a text is.
 *
 * @throws GoError with the message of Go's netip.ParseAddr
 */
export function addressKind(text: string): "IPv4" | "IPv6" {
  const mark = /[.:%]/.exec(text)?.[0];
  if (mark === undefined) throw problem(text, "unable to parse IP");
  if (mark === "%") throw problem(text, "missing IPv6 address");
  if (mark === ".") {
    checkIpv4(text, text);
    return "IPv4";
  }
  checkIpv6(text);
  return "IPv6";
}

function problem(text: string, message: string, at = ""): GoError {
  const place = at === "" ? "" : ` (at ${quote(at)})`;
  return new GoError(`ParseAddr(${quote(text)}): ${message}${place}`);
}

/** @param text  the whole address, of which `part` is the end */
function checkIpv4(text: string, part: string): void {
  let field = "";
  let dots = 0;
  for (let at = 0; at < part.length; at++) {
    const char = part[at] ?? "";
    if (char >= "0" && char <= "9") {
      if (field === "0") throw problem(text, "IPv4 field has octet with leading zero");
      field += char;
      if (Number(field) > 255) throw problem(text, "IPv4 field has value >255");
    } else if (char === ".") {
      if (field === "" || at === part.length - 1) {
        throw problem(text, "IPv4 field must have at least one digit", part.slice(at));
      }
      if (dots === 3) throw problem(text, "IPv4 address too long");
      dots++;
      field = "";
    } else {
      throw problem(text, "unexpected character", part.slice(at));
    }
  }
  if (dots < 3) throw problem(text, "IPv4 address too short");
}

/** @see Go 1.26 net/netip/netip.go, parseIPv6 */
function checkIpv6(text: string): void {
  const percent = text.indexOf("%");
  if (percent === text.length - 1) throw problem(text, "zone must be a non-empty string");
  let left = percent === -1 ? text : text.slice(0, percent);
  let hasEllipsis = left.startsWith("::");
  if (hasEllipsis) left = left.slice(2);
  if (hasEllipsis && left === "") return;
  let bytes = 0;
  while (bytes < 16) {
    const group = takeGroup(text, left);
    if (left[group.length] === ".") {
      if (!hasEllipsis && bytes !== 12) {
        throw problem(text, "embedded IPv4 address must replace the final 2 fields of the address", left);
      }
      if (bytes + 4 > 16) {
        throw problem(text, "too many hex fields to fit an embedded IPv4 at the end of the address", left);
      }
      checkIpv4(text, left);
      left = "";
      bytes += 4;
      break;
    }
    bytes += 2;
    left = left.slice(group.length);
    if (left === "") break;
    if (!left.startsWith(":")) throw problem(text, "unexpected character, want colon", left);
    if (left === ":") throw problem(text, "colon must be followed by more characters", left);
    left = left.slice(1);
    if (!left.startsWith(":")) continue;
    if (hasEllipsis) throw problem(text, "multiple :: in address", left);
    hasEllipsis = true;
    left = left.slice(1);
    if (left === "") break;
  }
  if (left !== "") throw problem(text, "trailing garbage after address", left);
  if (bytes < 16 && !hasEllipsis) throw problem(text, "address string too short");
  if (bytes === 16 && hasEllipsis) {
    throw problem(text, "the :: must expand to at least one field of zeros");
  }
}

/** Hexadecimal digits in front. */
function takeGroup(text: string, left: string): string {
  const group = /^[0-9A-Fa-f]*/.exec(left)?.[0] ?? "";
  if (group.length > 4) throw problem(text, "each group must have 4 or less digits", left);
  if (group === "") throw problem(text, "each colon-separated field must have at least one digit", left);
  return group;
}
