import { z } from "@hono/zod-openapi";

/** RFC 3339 in UTC, `2026-11-21T10:11:12Z`. */
const time = z.string().openapi({ format: "date-time" });
const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();

const issueDocument = z
  .object({
    severity: z.enum(["error", "warning"]),
    code: z.string(),
    message: z.string(),
    file: z.string().optional(),
    line: z.int().optional(),
    column: z.int().optional(),
    excerpt: z.string().optional(),
    hint: z.string().optional(),
  })
  .openapi("Issue");

/** How a source stands. */
export const sourceDocument = z
  .object({
    name: z.string(),
    url: z.string().openapi({ description: "Without credentials" }),
    ref: z.string(),
    revision: z.string().nullable().openapi({ description: "The newest commit that was fetched" }),
    fetchedAt: time.nullable(),
    appliedRevision: z
      .string()
      .nullable()
      .openapi({ description: "The commit that the cluster was last brought to" }),
    state: z.enum(["ok", "stale", "failed", "pending"]),
    message: z.string(),
    issues: list(issueDocument),
  })
  .openapi("Source");

const status = z.enum(["NEVER_RUN", "PENDING", "IN_PROGRESS", "ERROR", "FATAL_ERROR", "COMPLETE"]);

/** The plan that matters most: the one that runs, else the last one. */
const planSummary = z
  .object({
    name: z.string(),
    uid: z.string(),
    status,
    message: z.string(),
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
  })
  .openapi("PlanSummary");

/** How an instance stands: one row of `/status`. */
export const instanceDocument = z
  .object({
    namespace: z.string(),
    name: z.string(),
    operator: z.string(),
    operatorVersion: z.string(),
    source: z.string().nullable().openapi({ description: "null for an instance that is not from Git" }),
    revision: z.string().nullable(),
    plan: planSummary.nullable().openapi({ description: "null before the first plan" }),
    health: z.enum(["Healthy", "Progressing", "Degraded", "Suspended", "Unknown"]),
    ready: z.boolean(),
    drift: z.object({
      state: z.enum(["InSync", "Drifted", "Unknown"]),
      objects: z.int().openapi({ description: "How many objects differ" }),
      checkedAt: time.nullable(),
    }),
    suspended: z.boolean(),
    message: z.string(),
  })
  .openapi("Instance");

const summaryDocument = z
  .object({
    instances: z.int(),
    complete: z.int(),
    inProgress: z.int(),
    failed: z.int(),
    drifted: z.int(),
    suspended: z.int(),
  })
  .openapi("Summary");

/** The whole picture. */
export const statusDocument = z
  .object({
    version: z.string(),
    startedAt: time,
    ready: z.boolean(),
    summary: summaryDocument,
    sources: list(sourceDocument),
    instances: list(instanceDocument),
    continue: z.string().optional().openapi({ description: "Give it back for the rows that follow" }),
  })
  .openapi("Status");

const progress = {
  name: z.string(),
  status,
  message: z.string().optional(),
  startedAt: time.optional(),
  finishedAt: time.optional(),
};

/** A plan with the tree of its last run. */
export const planDocument = z
  .object({
    ...progress,
    uid: z.string().optional(),
    strategy: z.string(),
    phases: list(
      z.object({
        ...progress,
        strategy: z.string(),
        steps: list(
          z.object({ ...progress, tasks: list(z.object({ ...progress, kind: z.string().optional() })) }),
        ),
      }),
    ),
  })
  .openapi("Plan");

const fieldDocument = z.object({
  pointer: z.string().openapi({ description: "RFC 6901 pointer into the object" }),
  desired: z.unknown().optional().openapi({ description: "Absent when Git does not have the field" }),
  live: z
    .unknown()
    .optional()
    .openapi({ description: "Absent when the live object does not have the field" }),
  manager: z.string().nullable().openapi({ description: "Who wrote the live value, when Kubernetes knows" }),
  time: time.nullable().openapi({ description: "That manager's last write, when Kubernetes knows" }),
  seenAt: time,
});

/** What drifted of an instance. */
export const driftDocument = z
  .object({
    state: z.enum(["InSync", "Drifted", "Unknown"]),
    checkedAt: time.nullable(),
    objects: list(
      z.object({
        apiVersion: z.string(),
        kind: z.string(),
        namespace: z.string().optional(),
        name: z.string(),
        change: z.enum(["changed", "missing"]),
        seenAt: time.optional().openapi({ description: "Of a missing object; fields tell for themselves" }),
        fields: list(fieldDocument),
      }),
    ),
  })
  .openapi("Drift");

/** What was applied, with the values of Secrets masked. */
export const manifestsDocument = z
  .object({
    revision: z.string().nullable(),
    objects: list(
      z.object({
        plan: z.string(),
        phase: z.string(),
        step: z.string(),
        task: z.string(),
        manifest: z.record(z.string(), z.unknown()),
      }),
    ),
  })
  .openapi("Manifests");

/** Instances that left Git and stay until a person confirms. */
export const holdDocument = z
  .object({
    id: z.string(),
    source: z.string(),
    revision: z.string(),
    reason: z.string(),
    instances: list(z.object({ namespace: z.string(), name: z.string() })),
  })
  .openapi("Hold");

/** An error, as RFC 9457 shapes it. */
export const problemDocument = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().openapi({ description: "Stable; for machines" }),
    detail: z.string(),
    hint: z.string().optional().openapi({ description: "What to do next" }),
  })
  .openapi("Problem");

/** A source of packages and instances, as the API shows it. */
export type SourceDocument = Readonly<z.infer<typeof sourceDocument>>;
/** An instance in a list: where it comes from and how it is. */
export type InstanceDocument = Readonly<z.infer<typeof instanceDocument>>;
/** The service as a whole: its sources, and a page of its instances. */
export type StatusDocument = Readonly<z.infer<typeof statusDocument>>;
/** A run of a plan, with its phases and steps. */
export type PlanDocument = Readonly<z.infer<typeof planDocument>>;
/** What differs between an instance's objects and the cluster. */
export type DriftDocument = Readonly<z.infer<typeof driftDocument>>;
/** The objects of an instance, by the plan, phase and step that they belong to. */
export type ManifestsDocument = Readonly<z.infer<typeof manifestsDocument>>;
/** Instances that left Git and stay until a person agrees. */
export type HoldDocument = Readonly<z.infer<typeof holdDocument>>;
/** An answer that is an error, as RFC 9457 has it. */
export type ProblemDocument = Readonly<z.infer<typeof problemDocument>>;
