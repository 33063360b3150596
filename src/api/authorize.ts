import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import type { ApiAccess } from "./apiDeps.ts";
import { ApiError } from "./problem.ts";

/** Never needs a token: probes come without one. */
const PROBES: ReadonlySet<string> = new Set(["/livez", "/readyz"]);

/**
 * Lets a request through, or answers 401 or 403.
 *
 * Writes need the bearer token; where none is configured nobody writes, and the answer says how to set one.
 */
export function authorize({ read, token }: ApiAccess): MiddlewareHandler {
  return async (c, next) => {
    const isRead = c.req.method === "GET" || c.req.method === "HEAD";
    if (PROBES.has(c.req.path) || (isRead && read === "open")) return next();
    const wanted = await token();
    if (wanted === undefined)
      throw new ApiError(403, "auth.notConfigured", "no token is configured, so nobody may write", {
        hint: "start the service with --token-file FILE (http.tokenFile in the configuration)",
      });
    const [, given] = /^Bearer +(\S+) *$/i.exec(c.req.header("authorization") ?? "") ?? [];
    if (given !== undefined && isEqual(given, wanted)) return next();
    c.header("WWW-Authenticate", 'Bearer realm="lockstep"');
    const [code, message] =
      given === undefined
        ? ["auth.missing", "a bearer token is needed"]
        : ["auth.wrong", "the bearer token is not the right one"];
    throw new ApiError(401, code, message, {
      hint: "send `Authorization: Bearer TOKEN`; lockstep's commands take --token-file",
    });
  };
}

/** Hashed first: the time it takes depends on neither content nor length. */
function isEqual(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
