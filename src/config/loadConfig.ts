import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { hasErrors, type Issue } from "../base/issue.ts";
import { whyUnreadable } from "../base/whyUnreadable.ts";
import { type ParsedDocument, parseYaml } from "../yaml/parseYaml.ts";
import type { Config, SourceConfig } from "./config.ts";
import { ConfigError } from "./configError.ts";
import type { ParsedConfig } from "./configSchema.ts";
import { type Environment, environmentOverlays, flagOverlays, type ServeFlags } from "./overlays.ts";
import { type Origins, parseConfig } from "./parseConfig.ts";
import { sourceOfFlags } from "./sourceOfFlags.ts";

/** Where the configuration comes from. */
export interface LoadConfigOptions {
  readonly flags: ServeFlags;
  /** Default the process's own. */
  readonly environment?: Environment;
  /** What relative paths of flags and variables start from; default the working directory. */
  readonly directory?: string;
}

/**
 * Reads the configuration: the file that `--config` or LOCKSTEP_CONFIG names, then the environment, then the flags.
 *
 * Relative paths in the file start from its folder, `~/` from the home directory.
 *
 * @throws ConfigError with every mistake at once, those of the file with line and column
 */
export async function loadConfig({
  flags,
  environment = process.env,
  directory = process.cwd(),
}: LoadConfigOptions): Promise<Config> {
  const file = flags.config ?? environment.LOCKSTEP_CONFIG;
  const document = file ? await readDocument(file) : undefined;
  const variables = environmentOverlays(environment);
  const origins: Origins = { document, overlays: [...variables.overlays, ...flagOverlays(flags)] };
  const parsed = parseConfig(origins);
  const flagged = sourceOfFlags(flags, parsed.config?.sources ?? []);
  const issues = [...variables.issues, ...parsed.issues, ...flagged.issues];
  if (!parsed.config || hasErrors(issues)) throw new ConfigError(issues);
  const home = environment.HOME ?? homedir();
  const absolute = (base: string) => (path: string) =>
    path === "~" || path.startsWith("~/") ? join(home, path.slice(1)) : resolve(base, path);
  const isOverlaid = (path: string): boolean =>
    origins.overlays.some((overlay) => overlay.path.join(".") === path);
  const inFile = absolute(file ? dirname(resolve(directory, file)) : directory);
  const outside = absolute(directory);
  const pathOf = (key: string): ((path: string) => string) => (isOverlaid(key) ? outside : inFile);
  return toConfig(parsed.config, {
    pathOf,
    sources: [
      ...parsed.config.sources.map((source) => toSource(source, inFile)),
      ...(flagged.source ? [toSource(flagged.source, outside)] : []),
    ],
  });
}

async function readDocument(file: string): Promise<ParsedDocument | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new ConfigError([problem("config.unreadable", `${file}: ${whyUnreadable(error)}`)]);
  }
  const { documents, issues } = parseYaml(text, file, { strict: true });
  const filled = documents.filter((document) => !document.isEmpty);
  const several = filled.length > 1 ? [problem("config.documents", `${file}: more than one document`)] : [];
  const all = [...issues, ...several];
  if (hasErrors(all)) throw new ConfigError(all);
  return filled[0];
}

function toConfig(
  { cluster, http, dataDir, log }: ParsedConfig,
  {
    pathOf,
    sources,
  }: {
    readonly pathOf: (key: string) => (path: string) => string;
    readonly sources: readonly SourceConfig[];
  },
): Config {
  const { kubeconfig, context, namespace, crds, sandbox } = cluster;
  const { host, port, read, tokenFile } = http;
  return {
    cluster: {
      ...(kubeconfig !== undefined && { kubeconfig: pathOf("cluster.kubeconfig")(kubeconfig) }),
      ...(context !== undefined && { context }),
      ...(namespace !== undefined && { namespace }),
      crds,
      sandbox,
    },
    http: {
      host,
      port,
      read,
      ...(tokenFile !== undefined && { tokenFile: pathOf("http.tokenFile")(tokenFile) }),
    },
    sources,
    ...(dataDir !== undefined && { dataDir: pathOf("dataDir")(dataDir) }),
    log,
  };
}

type ParsedSource = ParsedConfig["sources"][number];

/** How often a source is looked at when nobody says. */
const DEFAULT_INTERVAL_MS = 30_000;

function toSource(source: ParsedSource, absolute: (path: string) => string): SourceConfig {
  const { name, url, ref, path, interval, schedule, timeZone, credentials, repositories } = source;
  const { username, ...files } = credentials;
  const isPath = !/^[a-z][a-z0-9+.-]*:\/\//i.test(url) && !/^[^/@\s]+@[^/:\s]+:/.test(url);
  const absoluteFiles = Object.entries(files)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([key, value]) => [key, absolute(value)]);
  return {
    name,
    url: isPath ? absolute(url) : url,
    ...(ref !== undefined && { ref }),
    path,
    timing:
      schedule === undefined
        ? { kind: "interval", intervalMs: interval ?? DEFAULT_INTERVAL_MS }
        : { kind: "cron", expression: schedule, ...(timeZone !== undefined && { timeZone }) },
    credentials: { ...(username !== undefined && { username }), ...Object.fromEntries(absoluteFiles) },
    ...(repositories.length > 0 && { repositories }),
  };
}

function problem(code: string, message: string): Issue {
  return { severity: "error", code, message };
}
