import { DICT, fn, GoError, type GoFunctions, STRING } from "../goFunction.ts";
import { type GoMap, kindOf, mapOf } from "../goValue.ts";
import { hostName, parseUrl, type UserInfo, urlText, userText } from "../url/goUrl.ts";
import { costly } from "./costly.ts";

/** Units of work of each byte. */
const BYTE_WORK = 80;

/** Sprig's functions on URLs. @see Sprig 3.3 url.go */
export const URL_FUNCTIONS: GoFunctions = new Map([
  [
    "urlParse",
    costly(
      0,
      BYTE_WORK,
      fn([STRING], ([text]) => parse(text)),
    ),
  ],
  [
    "urlJoin",
    costly(
      0,
      BYTE_WORK,
      fn([DICT], ([parts]) => join(parts)),
    ),
  ],
]);

function parse(text: string): GoMap {
  const url = explained("unable to parse url", () => parseUrl(text));
  return mapOf([
    ["scheme", url.scheme],
    ["host", url.host],
    ["hostname", hostName(url)],
    ["path", url.path],
    ["query", url.query],
    ["opaque", url.opaque],
    ["fragment", url.fragment],
    ["userinfo", url.user === undefined ? "" : userText(url.user)],
  ]);
}

function join(parts: GoMap): string {
  const [scheme = "", host = "", path = "", query = "", opaque = "", fragment = "", userinfo = ""] = [
    "scheme",
    "host",
    "path",
    "query",
    "opaque",
    "fragment",
    "userinfo",
  ].map((key) => textAt(parts, key));
  const user = userinfo === "" ? undefined : userOf(userinfo);
  return urlText({ scheme, host, path, query, opaque, fragment, user });
}

function textAt(parts: GoMap, key: string): string {
  if (!parts.has(key)) return "";
  const value = parts.get(key);
  if (typeof value === "string") return value;
  if (value === null || value === undefined) {
    throw new GoError("runtime error: invalid memory address or nil pointer dereference");
  }
  throw new GoError(`unable to parse ${key} key, must be of type string, but ${kindOf(value)} found`);
}

function userOf(text: string): UserInfo | undefined {
  return explained("unable to parse userinfo in dict", () => parseUrl(`proto://${text}@host`)).user;
}

function explained<T>(what: string, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (error instanceof GoError) throw new GoError(`${what}: ${error.message}`);
    throw error;
  }
}
