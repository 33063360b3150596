import { validate as isCron } from "node-cron";
import * as z from "zod";
import { parseDuration } from "../base/duration.ts";

/** Shortest time between two polls, in milliseconds: less would be a mistake in the unit. */
const INTERVAL_MIN_MS = 100;

const text = z.string().min(1, "must not be empty");

/** `30s`, `1m30s`: milliseconds inside. */
const intervalMs = z.string().transform((value, context) => {
  const ms = parseDuration(value);
  if (ms !== undefined && ms >= INTERVAL_MIN_MS) return ms;
  const message = ms === undefined ? `"${value}" is no duration such as 30s or 5m` : `${value} is too short`;
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

/** Six fields, seconds first. */
const schedule = z
  .string()
  .refine(
    (value) => value.trim().split(/\s+/).length === 6 && isCron(value),
    "is no cron expression of six fields (second minute hour day month weekday), such as 0 */5 * * * *",
  );

const clusterSchema = z.strictObject({
  /** File; default as kubectl: KUBECONFIG, ~/.kube/config, in-cluster. */
  kubeconfig: text.optional(),
  context: text.optional(),
  /** Where the Lease and the stored packages are; default the pod's namespace, else `lockstep-system`. */
  namespace: text.optional(),
  /** Install KUDO's CRDs and keep them current. */
  crds: z.boolean().default(true),
  /** Use the embedded cluster instead. */
  sandbox: z.boolean().default(false),
});

const httpSchema = z.strictObject({
  host: text.default("127.0.0.1"),
  /** 0 takes any free one. */
  port: z.int().min(0).max(65_535).default(8080),
  /** `token`: reads need the token too. */
  read: z.enum(["open", "token"]).default("open"),
  /** File with the bearer token that writes need; without one writes are refused. */
  tokenFile: text.optional(),
});

const credentialsSchema = z.strictObject({
  username: text.optional(),
  usernameFile: text.optional(),
  tokenFile: text.optional(),
  caFile: text.optional(),
});

const sourceSchema = z.strictObject({
  /** Stands in annotations and URLs. */
  name: z
    .string()
    .regex(
      /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
      "must be lower-case letters, digits and dashes, 63 at most",
    ),
  /** http(s):// or file:// URL, or a path. */
  url: text,
  /** Branch, tag or commit; default the repository's HEAD. */
  ref: text.optional(),
  /** Folder in the repository. */
  path: z
    .string()
    .refine((value) => isInside(value), "must be a folder inside the repository")
    .default("."),
  interval: intervalMs.optional(),
  schedule: schedule.optional(),
  timeZone: text.optional(),
  credentials: credentialsSchema.prefault({}),
});

const logSchema = z.strictObject({ level: z.enum(["debug", "info", "warn", "error"]).default("info") });

/** The configuration as it is written: one YAML file, overlaid by environment and flags. Unknown keys are errors. */
export const configSchema = z.strictObject({
  cluster: clusterSchema.prefault({}),
  http: httpSchema.prefault({}),
  sources: z.array(sourceSchema).default([]),
  /** Folder for what was fetched; default the user's cache folder. */
  dataDir: text.optional(),
  log: logSchema.prefault({}),
});

/** What the schema makes of the written configuration, before rules over several keys. */
export type ParsedConfig = z.infer<typeof configSchema>;

/** The keys that may stand at a path; positions of lists are left out of it. */
export const KEYS: Readonly<Record<string, readonly string[]>> = {
  "": Object.keys(configSchema.shape),
  cluster: Object.keys(clusterSchema.shape),
  http: Object.keys(httpSchema.shape),
  log: Object.keys(logSchema.shape),
  sources: Object.keys(sourceSchema.shape),
  "sources.credentials": Object.keys(credentialsSchema.shape),
};

function isInside(path: string): boolean {
  return !path.startsWith("/") && !path.split("/").includes("..");
}
