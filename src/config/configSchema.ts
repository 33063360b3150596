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
  kubeconfig: text
    .optional()
    .describe(
      "File that names the cluster. Default as kubectl: `KUBECONFIG`, then `~/.kube/config`, then the pod's service account",
    ),
  context: text.optional().describe("Of the kubeconfig. Default: its current one"),
  namespace: text
    .optional()
    .describe(
      "Of this installation: where the Lease, the stored packages and the records of sources are; created when missing. Default: the pod's namespace, else `lockstep-system`",
    ),
  crds: z
    .boolean()
    .default(true)
    .describe("Install the three CustomResourceDefinitions and keep them current"),
  sandbox: z.boolean().default(false).describe("Use an embedded cluster that lives as long as the service"),
});

const httpSchema = z.strictObject({
  host: text.default("127.0.0.1").describe("Address to listen on"),
  port: z.int().min(0).max(65_535).default(8080).describe("Port to listen on; 0 takes any free one"),
  read: z
    .enum(["open", "token"])
    .default("open")
    .describe("`token`: reads need the bearer token too, all but `/livez` and `/readyz`"),
  tokenFile: text
    .optional()
    .describe(
      "File with the bearer token that writes need, read again when it changes. Without one writes are refused",
    ),
});

const credentialsSchema = z.strictObject({
  username: text.optional().describe("Name for basic authentication. Default: that of the URL, else `git`"),
  usernameFile: text.optional().describe("File with that name; comes before `username`"),
  tokenFile: text.optional().describe("File with the token or password. Default: that of the URL"),
  caFile: text.optional().describe("File with PEM certificates to trust besides the well-known ones"),
});

const repositorySchema = z.strictObject({
  name: text.describe("What messages call it"),
  url: z
    .string()
    .regex(/^(https?|file):\/\//i, "must be an http://, https:// or file:// URL")
    .describe("`http://`, `https://` or `file://` URL of the folder that has its `index.yaml`"),
});

const sourceSchema = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
      "must be lower-case letters, digits and dashes, 63 at most",
    )
    .describe("Stands in annotations and URLs; unique. Lower-case letters, digits and dashes, 63 at most"),
  url: text.describe(
    "`http://`, `https://` or `file://` URL of a repository, or the path of a repository or folder",
  ),
  ref: text.optional().describe("Branch, tag or commit. Default: the repository's HEAD"),
  path: z
    .string()
    .refine((value) => isInside(value), "must be a folder inside the repository")
    .default(".")
    .describe("Folder in which instance files are looked for; packages are found in the whole repository"),
  interval: intervalMs
    .optional()
    .describe("Time between two looks, such as `30s` or `5m`, with up to 10 % of jitter. Default: 30s"),
  schedule: schedule
    .optional()
    .describe(
      "Instead of `interval`: a cron expression of six fields, seconds first, such as `0 */5 * * * *`",
    ),
  timeZone: text.optional().describe("Of `schedule`, such as `Europe/Berlin`. Default: the machine's"),
  credentials: credentialsSchema.prefault({}),
  repositories: z
    .array(repositorySchema)
    .default([])
    .describe(
      "Repositories of packages (`index.yaml`), looked through in this order for packages that the source itself does not have",
    ),
});

const logSchema = z.strictObject({
  level: z.enum(["debug", "info", "warn", "error"]).default("info").describe("Least level that is written"),
});

/** The configuration as it is written: one YAML file, overlaid by environment and flags. Unknown keys are errors. */
export const configSchema = z.strictObject({
  cluster: clusterSchema.prefault({}),
  http: httpSchema.prefault({}),
  sources: z
    .array(sourceSchema)
    .default([])
    .describe("What to keep in step with; none: only what others create"),
  dataDir: text
    .optional()
    .describe("Folder for fetched Git objects. Default: `lockstep` in `XDG_CACHE_HOME` or `~/.cache`"),
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
  "sources.repositories": Object.keys(repositorySchema.shape),
};

function isInside(path: string): boolean {
  return !path.startsWith("/") && !path.split("/").includes("..");
}
