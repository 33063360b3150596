import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { redactObject } from "../../drift/redact.ts";
import type { JsonObject } from "../../object/json.ts";
import { isKubeObject } from "../../object/kubeObject.ts";
import { instanceKey } from "../../object/ownership.ts";
import { answerWithTag } from "../answer.ts";
import type { ApiDeps } from "../apiDeps.ts";
import {
  driftDocument,
  holdDocument,
  instanceDocument,
  type ManifestsDocument,
  manifestsDocument,
  planDocument,
  type StatusDocument,
  sourceDocument,
  statusDocument,
} from "../documents.ts";
import { selectRows, summarize } from "../statusPage.ts";
import { found, instanceParams, itemsOf, jsonOf, PROBLEMS, planParams } from "./routeParts.ts";

const statusQuery = z.object({
  namespace: z.string().optional().openapi({ description: "Only instances of this namespace" }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .openapi({ description: "Most rows of one answer" }),
  continue: z.string().optional().openapi({ description: "Of the answer before" }),
});

/** Everything that can be looked at. */
export function addReadRoutes(app: OpenAPIHono, deps: ApiDeps): void {
  addStatusRoute(app, deps);
  addSourceRoutes(app, deps);
  addInstanceRoutes(app, deps);
  addPlanRoutes(app, deps);
  addManifestsRoute(app, deps);
  addDriftRoute(app, deps);
  addHoldRoute(app, deps);
}

function addStatusRoute(app: OpenAPIHono, deps: ApiDeps): void {
  const { reads } = deps;

  app.openapi(
    createRoute({
      method: "get",
      path: "/status",
      summary: "The whole picture in one document",
      request: { query: statusQuery },
      responses: { 200: jsonOf(statusDocument, "Sources and instances; ETag and 304"), ...PROBLEMS },
    }),
    (c) => {
      const query = c.req.valid("query");
      const page = selectRows(reads.statuses.all(), query);
      const document: StatusDocument = {
        version: deps.version,
        startedAt: deps.startedAt,
        ready: deps.notReady() === undefined,
        summary: summarize(reads.statuses.all(), query.namespace),
        sources: reads.sources(),
        instances: page.rows,
        ...(page.continue !== undefined && { continue: page.continue }),
      };
      return answerWithTag(c, document) as never;
    },
  );
}

function addSourceRoutes(app: OpenAPIHono, { reads }: Pick<ApiDeps, "reads">): void {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/sources",
      summary: "All sources",
      responses: { 200: jsonOf(itemsOf(sourceDocument), "How each stands"), ...PROBLEMS },
    }),
    (c) => c.json({ items: reads.sources() }, 200),
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/sources/{source}",
      summary: "One source",
      request: { params: z.object({ source: z.string() }) },
      responses: { 200: jsonOf(sourceDocument, "How it stands"), ...PROBLEMS },
    }),
    (c) => {
      const { source } = c.req.valid("param");
      const known = reads.sources().find(({ name }) => name === source);
      return c.json(found(known, "source", source), 200);
    },
  );
}

function addInstanceRoutes(app: OpenAPIHono, { reads }: Pick<ApiDeps, "reads">): void {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/instances",
      summary: "All instances",
      request: { query: statusQuery },
      responses: { 200: jsonOf(itemsOf(instanceDocument), "How each stands; ETag and 304"), ...PROBLEMS },
    }),
    (c) => {
      const { rows, ...more } = selectRows(reads.statuses.all(), c.req.valid("query"));
      return answerWithTag(c, { items: rows, ...more }) as never;
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/instances/{namespace}/{name}",
      summary: "One instance",
      request: { params: instanceParams },
      responses: { 200: jsonOf(instanceDocument, "How it stands"), ...PROBLEMS },
    }),
    (c) => {
      const key = c.req.valid("param");
      return c.json(found(reads.statuses.get(key), "instance", instanceKey(key)), 200);
    },
  );
}

function addPlanRoutes(app: OpenAPIHono, { reads }: Pick<ApiDeps, "reads">): void {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/instances/{namespace}/{name}/plans",
      summary: "The plans of an instance, each with its last run",
      request: { params: instanceParams },
      responses: { 200: jsonOf(itemsOf(planDocument), "Plans by name"), ...PROBLEMS },
    }),
    (c) => {
      const key = c.req.valid("param");
      const items = found(reads.plans(key), "instance", instanceKey(key));
      return c.json({ items }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/instances/{namespace}/{name}/plans/{plan}",
      summary: "One plan: phases, steps, tasks",
      request: { params: planParams },
      responses: { 200: jsonOf(planDocument, "The tree of its last run"), ...PROBLEMS },
    }),
    (c) => {
      const { plan, ...key } = c.req.valid("param");
      const plans = found(reads.plans(key), "instance", instanceKey(key));
      return c.json(
        found(
          plans.find(({ name }) => name === plan),
          "plan",
          plan,
        ),
        200,
      );
    },
  );
}

function addManifestsRoute(app: OpenAPIHono, { reads }: Pick<ApiDeps, "reads">): void {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/instances/{namespace}/{name}/manifests",
      summary: "What was applied; values of Secrets are masked",
      request: { params: instanceParams, query: z.object({ revision: z.string().optional() }) },
      responses: { 200: jsonOf(manifestsDocument, "Objects in the order of application"), ...PROBLEMS },
    }),
    async (c) => {
      const key = c.req.valid("param");
      const { revision } = c.req.valid("query");
      const known = await reads.manifests(key, revision, c.req.raw.signal);
      const subject = `${instanceKey(key)}${revision === undefined ? "" : ` at ${revision}`}`;
      return c.json(masked(found(known, "instance", subject)), 200);
    },
  );
}

function addDriftRoute(app: OpenAPIHono, { reads }: Pick<ApiDeps, "reads">): void {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/instances/{namespace}/{name}/drift",
      summary: "What is not as it was applied, and who changed it",
      request: { params: instanceParams },
      responses: { 200: jsonOf(driftDocument, "Objects that differ"), ...PROBLEMS },
    }),
    (c) => {
      const key = c.req.valid("param");
      return c.json(found(reads.drift(key), "instance", instanceKey(key)), 200);
    },
  );
}

function addHoldRoute(app: OpenAPIHono, { reads }: Pick<ApiDeps, "reads">): void {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/holds",
      summary: "Deletions that wait for a person",
      responses: { 200: jsonOf(itemsOf(holdDocument), "Holds"), ...PROBLEMS },
    }),
    (c) => c.json({ items: reads.holds() }, 200),
  );
}

/** Whatever the store holds, no value of a Secret leaves here. */
function masked({ revision, objects }: ManifestsDocument): ManifestsDocument {
  return {
    revision,
    objects: objects.map((object) => {
      const manifest = object.manifest as JsonObject;
      return { ...object, manifest: isKubeObject(manifest) ? redactObject(manifest) : manifest };
    }),
  };
}
