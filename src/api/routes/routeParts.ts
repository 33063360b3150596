import { z } from "@hono/zod-openapi";
import { problemDocument } from "../documents.ts";
import { ApiError } from "../problem.ts";

/** Path of an instance. */
export const instanceParams = z.object({ namespace: z.string(), name: z.string() });
/** Path of a plan. */
export const planParams = instanceParams.extend({ plan: z.string() });

/** A JSON answer. */
export function jsonOf<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** A list; `continue` when rows follow. */
export function itemsOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item).readonly(), continue: z.string().optional() });
}

/** What every route may answer instead. */
export const PROBLEMS = {
  default: {
    description: "A problem",
    content: { "application/problem+json": { schema: problemDocument } },
  },
} as const;

/** The thing itself. @throws ApiError 404 when there is none */
export function found<T>(
  thing: T | undefined,
  what: "source" | "instance" | "plan" | "hold",
  name: string,
): T {
  if (thing !== undefined) return thing;
  throw new ApiError(404, `${what}.notFound`, `there is no ${what} ${name}`);
}
