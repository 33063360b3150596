import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type InstanceKey, instanceKey } from "../../object/ownership.ts";
import type { ApiDeps, ApiReads } from "../apiDeps.ts";
import { found, instanceParams, jsonOf, PROBLEMS, planParams } from "./routeParts.ts";

const SECURITY = [{ token: [] }];

/** Everything that can be set off; each needs the token. */
export function addActionRoutes(app: OpenAPIHono, deps: ApiDeps): void {
  addSyncRoute(app, deps);
  addTriggerRoute(app, deps);
  addReconcileRoute(app, deps);
  addSuspensionRoutes(app, deps);
  addConfirmRoute(app, deps);
}

function addSyncRoute(app: OpenAPIHono, { actions }: ApiDeps): void {
  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/sources/{source}/sync",
      summary: "Look at the source now",
      security: SECURITY,
      request: { params: z.object({ source: z.string() }) },
      responses: { 202: jsonOf(z.object({ source: z.string() }), "It is being looked at"), ...PROBLEMS },
    }),
    (c) => {
      const { source } = c.req.valid("param");
      found(actions.sync(source) || undefined, "source", source);
      return c.json({ source }, 202);
    },
  );
}

function addTriggerRoute(app: OpenAPIHono, { actions, reads }: ApiDeps): void {
  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/instances/{namespace}/{name}/plans/{plan}",
      summary: "Start a plan by hand",
      security: SECURITY,
      request: { params: planParams },
      responses: {
        202: jsonOf(z.object({ plan: z.string(), uid: z.string() }), "The uid of the run that was asked for"),
        ...PROBLEMS,
      },
    }),
    async (c) => {
      const { plan, ...key } = c.req.valid("param");
      requireInstance(reads, key);
      found(
        reads.plans(key)?.find(({ name }) => name === plan),
        "plan",
        plan,
      );
      const { uid } = await actions.trigger(key, plan);
      return c.json({ plan, uid }, 202);
    },
  );
}

function addReconcileRoute(app: OpenAPIHono, { actions, reads }: ApiDeps): void {
  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/instances/{namespace}/{name}/reconcile",
      summary: "Apply the stored set again: drift goes away, no plan runs",
      security: SECURITY,
      request: { params: instanceParams },
      responses: {
        200: jsonOf(z.object({ applied: z.int() }), "How many objects were written"),
        ...PROBLEMS,
      },
    }),
    async (c) => {
      const key = c.req.valid("param");
      requireInstance(reads, key);
      const { applied } = await actions.reconcile(key);
      return c.json({ applied }, 200);
    },
  );
}

function addSuspensionRoutes(app: OpenAPIHono, { actions, reads }: ApiDeps): void {
  for (const action of ["suspend", "resume"] as const) {
    app.openapi(
      createRoute({
        method: "post",
        path: `/api/v1/instances/{namespace}/{name}/${action}`,
        summary: action === "suspend" ? "Leave the instance alone from now on" : "Act on the instance again",
        security: SECURITY,
        request: { params: instanceParams },
        responses: { 200: jsonOf(z.object({ suspended: z.boolean() }), "Done"), ...PROBLEMS },
      }),
      async (c) => {
        const key = c.req.valid("param") as InstanceKey;
        requireInstance(reads, key);
        await actions[action](key);
        return c.json({ suspended: action === "suspend" }, 200);
      },
    );
  }
}

function addConfirmRoute(app: OpenAPIHono, { actions }: ApiDeps): void {
  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/holds/{id}/confirm",
      summary: "Let a held deletion go on",
      security: SECURITY,
      request: { params: z.object({ id: z.string() }) },
      responses: { 200: jsonOf(z.object({ id: z.string() }), "Confirmed"), ...PROBLEMS },
    }),
    async (c) => {
      const { id } = c.req.valid("param");
      found((await actions.confirm(id)) || undefined, "hold", id);
      return c.json({ id }, 200);
    },
  );
}

/** @throws ApiError 404 when there is no such instance */
function requireInstance(reads: ApiReads, key: InstanceKey): void {
  found(reads.statuses.get(key), "instance", instanceKey(key));
}
