import { GoError } from "../goFunction.ts";
import { quote } from "../quote.ts";
import { escapeUrl, unescapeUrl } from "./escape.ts";
import { addressKind } from "./ipAddress.ts";

/** Name and password, unescaped. */
export interface UserInfo {
  readonly name: string;
  readonly password: string | undefined;
}

/** The parts of Go's url.URL that templates see; byte strings, empty when absent. */
export interface GoUrl {
  readonly scheme: string;
  /** What follows the scheme when no slash does. */
  readonly opaque: string;
  readonly user: UserInfo | undefined;
  readonly host: string;
  /** Unescaped. */
  readonly path: string;
  readonly query: string;
  /** Unescaped. */
  readonly fragment: string;
}

const EMPTY: GoUrl = {
  scheme: "",
  opaque: "",
  user: undefined,
  host: "",
  path: "",
  query: "",
  fragment: "",
};

/**
 * Reads a URL.
 *
 * @throws GoError with the message of Go's url.Parse
 */
export function parseUrl(text: string): GoUrl {
  const hash = text.indexOf("#");
  const before = hash === -1 ? text : text.slice(0, hash);
  const url = within(before, () => parseBeforeFragment(before));
  if (hash === -1) return url;
  return within(text, () => ({ ...url, fragment: unescapeUrl(text.slice(hash + 1), "fragment") }));
}

function within(text: string, parse: () => GoUrl): GoUrl {
  try {
    return parse();
  } catch (error) {
    if (error instanceof GoError) throw new GoError(`parse ${quote(text)}: ${error.message}`);
    throw error;
  }
}

function parseBeforeFragment(text: string): GoUrl {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it looks for
  if (/[\x00-\x1f\x7f]/.test(text)) throw new GoError("net/url: invalid control character in URL");
  if (text === "*") return { ...EMPTY, path: "*" };
  const [scheme, afterScheme] = splitScheme(text);
  const [rest, query] = cut(afterScheme, "?");
  if (!rest.startsWith("/")) {
    if (scheme !== "") return { ...EMPTY, scheme, opaque: rest, query };
    if (cut(rest, "/")[0].includes(":")) {
      throw new GoError("first path segment in URL cannot contain colon");
    }
  }
  if (!rest.startsWith("//") || (scheme === "" && rest.startsWith("///"))) {
    return { ...EMPTY, scheme, query, path: unescapeUrl(rest, "path") };
  }
  const slash = rest.indexOf("/", 2);
  const authority = slash === -1 ? rest.slice(2) : rest.slice(2, slash);
  const { user, host } = parseAuthority(scheme, authority);
  const path = unescapeUrl(slash === -1 ? "" : rest.slice(slash), "path");
  return { ...EMPTY, scheme, query, user, host, path };
}

/** The text before and after a separator. */
function cut(text: string, separator: string): readonly [before: string, after: string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function splitScheme(text: string): readonly [scheme: string, rest: string] {
  if (text.startsWith(":")) throw new GoError("missing protocol scheme");
  const scheme = /^([A-Za-z][A-Za-z0-9+\-.]*):/.exec(text)?.[1];
  return scheme === undefined ? ["", text] : [scheme.toLowerCase(), text.slice(scheme.length + 1)];
}

function parseAuthority(scheme: string, authority: string): Pick<GoUrl, "user" | "host"> {
  const at = authority.lastIndexOf("@");
  const host = parseHost(scheme, authority.slice(at + 1));
  if (at === -1) return { user: undefined, host };
  const info = authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(info)) throw new GoError("net/url: invalid userinfo");
  const colon = info.indexOf(":");
  if (colon === -1) return { user: { name: unescapeUrl(info, "user"), password: undefined }, host };
  const name = unescapeUrl(info.slice(0, colon), "user");
  return { user: { name, password: unescapeUrl(info.slice(colon + 1), "user") }, host };
}

function parseHost(scheme: string, host: string): string {
  const bracket = host.lastIndexOf("[");
  if (bracket > 0) throw new GoError("invalid IP-literal");
  if (bracket === 0) return parseIpLiteral(host);
  const first = host.indexOf(":");
  if (first !== -1) {
    // Only for the web's own schemes a second colon is a mistake.
    const isStrict = scheme === "http" || scheme === "https";
    checkPort(host.slice(isStrict ? first : host.lastIndexOf(":")));
  }
  return unescapeUrl(host, "host");
}

function checkPort(port: string): void {
  if (!/^(?::[0-9]*)?$/.test(port)) throw new GoError(`invalid port ${quote(port)} after host`);
}

/** `[::1%25eth0]:80` */
function parseIpLiteral(host: string): string {
  const end = host.lastIndexOf("]");
  if (end === -1) throw new GoError("missing ']' in host");
  const port = host.slice(end + 1);
  checkPort(port);
  const inside = host.slice(1, end);
  const zone = inside.indexOf("%25");
  const address =
    zone === -1
      ? unescapeUrl(inside, "host")
      : unescapeUrl(inside.slice(0, zone), "host") + unescapeUrl(inside.slice(zone), "zone");
  if (kindOf(address) === "IPv4") throw new GoError("invalid IP-literal");
  return `[${address}]${unescapeUrl(port, "host")}`;
}

function kindOf(address: string): "IPv4" | "IPv6" {
  try {
    return addressKind(address);
  } catch (error) {
    if (error instanceof GoError) throw new GoError(`invalid host: ${error.message}`);
    throw error;
  }
}

/** The host without port and brackets. */
export function hostName({ host }: GoUrl): string {
  const colon = host.lastIndexOf(":");
  const name = colon !== -1 && /^[0-9]*$/.test(host.slice(colon + 1)) ? host.slice(0, colon) : host;
  return name.startsWith("[") && name.endsWith("]") ? name.slice(1, -1) : name;
}

/** `name:password`, escaped. */
export function userText({ name, password }: UserInfo): string {
  const escaped = escapeUrl(name, "user");
  return password === undefined ? escaped : `${escaped}:${escapeUrl(password, "user")}`;
}

/** The URL of parts. @see Go 1.26 net/url/url.go, String */
export function urlText(url: GoUrl): string {
  const { scheme, opaque, query, fragment } = url;
  const start = scheme === "" ? "" : `${scheme}:`;
  const middle = opaque === "" ? start + hierarchyText(url, start === "") : start + opaque;
  const search = query === "" ? "" : `?${query}`;
  return middle + search + (fragment === "" ? "" : `#${escapeUrl(fragment, "fragment")}`);
}

/** Host and path; a colon in the first part of a path alone would make it a scheme. */
function hierarchyText({ scheme, user, host, path }: GoUrl, isFirst: boolean): string {
  const hasAuthority = scheme !== "" || host !== "" || user !== undefined;
  let out = hasAuthority && (host !== "" || path !== "" || user !== undefined) ? "//" : "";
  if (user !== undefined) out += `${userText(user)}@`;
  out += escapeUrl(host, "host");
  const escaped = path === "*" ? "*" : escapeUrl(path, "path");
  if (escaped !== "" && !escaped.startsWith("/") && host !== "") out += "/";
  if (isFirst && out === "" && cut(escaped, "/")[0].includes(":")) out = "./";
  return out + escaped;
}
