import { createHash } from "node:crypto";
import type { Context } from "hono";

/** Answers a JSON document with an ETag, or 304 when the caller has it already. */
export function answerWithTag(c: Context, document: unknown): Response {
  const body = JSON.stringify(document);
  const tag = `"${createHash("sha1").update(body).digest("base64url")}"`;
  c.header("ETag", tag);
  c.header("Cache-Control", "no-cache");
  const known = (c.req.header("if-none-match") ?? "")
    .split(",")
    .map((text) => text.trim().replace(/^W\//, ""));
  if (known.includes(tag) || known.includes("*")) return c.body(null, 304);
  return c.body(body, 200, { "Content-Type": "application/json" });
}
