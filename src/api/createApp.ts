import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { AppError } from "../base/errors.ts";
import type { ApiDeps } from "./apiDeps.ts";
import { authorize } from "./authorize.ts";
import { ApiError, problemOf } from "./problem.ts";
import { addActionRoutes } from "./routes/actionRoutes.ts";
import { addReadRoutes } from "./routes/readRoutes.ts";
import { addServiceRoutes } from "./routes/serviceRoutes.ts";

/** No request of ours carries more. */
const MAX_BODY_BYTES = 64 * 1024;

/** Builds the HTTP application. Listening is `startServer`; this is a plain value that a test can call. */
export function createApp(deps: ApiDeps): OpenAPIHono {
  const app = new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return;
      const [issue] = result.error.issues;
      const name = issue?.path.join(".") ?? "";
      throw new ApiError(
        400,
        "request.invalid",
        `${result.target} ${name}: ${issue?.message ?? "is not valid"}`,
      );
    },
  });
  app.use(async (c, next) => {
    await next();
    c.header("X-Content-Type-Options", "nosniff");
  });
  app.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw new ApiError(413, "request.tooLarge", `the body is longer than ${MAX_BODY_BYTES} bytes`);
      },
    }),
  );
  app.use(authorize(deps.access));
  addServiceRoutes(app, deps);
  addReadRoutes(app, deps);
  addActionRoutes(app, deps);
  app.notFound((c) =>
    answerProblem(c, new ApiError(404, "route.notFound", `there is nothing at ${c.req.path}`)),
  );
  app.onError((error, c) => {
    if (!(error instanceof AppError)) deps.onError(error, `${c.req.method} ${c.req.path}`);
    return answerProblem(c, error);
  });
  return app;
}

function answerProblem(c: Context, error: unknown): Response {
  const problem = problemOf(error);
  if (problem.status === 503) c.header("Retry-After", "1");
  return c.body(JSON.stringify(problem), problem.status, { "Content-Type": "application/problem+json" });
}
