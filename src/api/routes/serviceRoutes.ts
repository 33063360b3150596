import type { OpenAPIHono } from "@hono/zod-openapi";
import { renderPage } from "../../web/renderPage.ts";
import type { ApiDeps } from "../apiDeps.ts";
import { summarize } from "../statusPage.ts";

/** Nothing from elsewhere, and in nobody's frame; the page brings its few lines of style and script along. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Probes, metrics, the description of the API, and the page. */
export function addServiceRoutes(app: OpenAPIHono, deps: ApiDeps): void {
  app.get("/livez", (c) => c.text("ok\n"));
  app.get("/readyz", (c) => {
    const reason = deps.notReady();
    return reason === undefined ? c.text("ok\n") : c.text(`not ready: ${reason}\n`, 503);
  });
  app.get("/metrics", async (c) =>
    c.body(await deps.metrics.metrics(), 200, { "Content-Type": deps.metrics.contentType }),
  );
  app.openAPIRegistry.registerComponent("securitySchemes", "token", { type: "http", scheme: "bearer" });
  app.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: { title: "Lockstep", version: deps.version },
  });
  app.get("/", (c) => {
    const { reads } = deps;
    c.header("Content-Security-Policy", PAGE_POLICY);
    c.header("Referrer-Policy", "no-referrer");
    c.header("Cache-Control", "no-store");
    return c.html(
      renderPage({
        version: deps.version,
        now: deps.now(),
        notReady: deps.notReady(),
        summary: summarize(reads.statuses.all()),
        sources: reads.sources(),
        instances: [...reads.statuses.all()],
        holds: reads.holds(),
        plansOf: (key) => reads.plans(key) ?? [],
        driftOf: (key) => reads.drift(key)?.objects ?? [],
      }),
    );
  });
}
