import { accessSync, readFileSync } from "node:fs";
import { isIPv6 } from "node:net";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { load } from "js-yaml";
import { messageOf } from "../base/errors.ts";
import { didYouMean } from "../base/nearest.ts";
import { asList, asObject, asString, isJsonObject, type JsonObject } from "../object/json.ts";
import type { Authentication, ClusterAccess, ExecPlugin, PemSource } from "./clusterAccess.ts";
import { KubeConfigError } from "./kubeConfigError.ts";

/** Variables of the environment; only KUBECONFIG, HOME and the two of a pod's service are looked at. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Which cluster is meant, as the command line says it. */
export interface KubeConfigOptions {
  /** One file; it must exist. Default: KUBECONFIG, then `~/.kube/config`, then the pod's service account. */
  readonly kubeconfig?: string;
  /** Default: the file's `current-context`. */
  readonly context?: string;
  readonly environment: Environment;
  /** Where a pod finds its service account. */
  readonly serviceAccountDir?: string;
}

const SERVICE_ACCOUNT_DIR = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The three lists of a kubeconfig by name, the first file that has a name winning. */
interface MergedConfig {
  readonly files: readonly string[];
  readonly clusters: Map<string, Entry>;
  readonly users: Map<string, Entry>;
  readonly contexts: Map<string, Entry>;
  currentContext: string | undefined;
}

/** The body of a named entry, and the file whose folder its relative paths start from. */
interface Entry {
  readonly body: JsonObject;
  readonly file: string;
}

/**
 * Finds the cluster as kubectl does.
 *
 * @throws KubeConfigError that names the file and what is wrong with it
 */
export function loadKubeConfig(options: KubeConfigOptions): ClusterAccess {
  const { kubeconfig, context, environment } = options;
  const files = kubeconfig ? [kubeconfig] : configFiles(environment);
  const merged = mergeFiles(files, kubeconfig !== undefined);
  if (merged.files.length > 0) return accessOf(merged, context);
  const inCluster = inClusterAccess(environment, options.serviceAccountDir ?? SERVICE_ACCOUNT_DIR);
  if (inCluster && !context) return inCluster;
  throw new KubeConfigError(`no kubeconfig found (looked at ${files.join(", ") || "nothing"})`, {
    hint: "name a file with --kubeconfig or KUBECONFIG, or run without a cluster: lockstep demo",
  });
}

function configFiles(environment: Environment): string[] {
  const named = (environment.KUBECONFIG ?? "").split(delimiter).filter(Boolean);
  return named.length > 0 ? named : [join(environment.HOME ?? homedir(), ".kube", "config")];
}

function mergeFiles(files: readonly string[], required: boolean): MergedConfig {
  const found: string[] = [];
  const merged: MergedConfig = {
    files: found,
    clusters: new Map(),
    users: new Map(),
    contexts: new Map(),
    currentContext: undefined,
  };
  for (const file of files) {
    const document = readConfig(file, required);
    if (!document) continue;
    found.push(file);
    addEntries(merged.clusters, document.clusters, "cluster", file);
    addEntries(merged.users, document.users, "user", file);
    addEntries(merged.contexts, document.contexts, "context", file);
    merged.currentContext ??= text(document["current-context"]);
  }
  return merged;
}

function readConfig(file: string, required: boolean): JsonObject | undefined {
  let source: string;
  try {
    source = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT" && !required) return undefined;
    const why = (error as { code?: unknown }).code === "ENOENT" ? "no such file" : messageOf(error);
    throw new KubeConfigError(`kubeconfig ${file}: ${why}`, {
      cause: error,
      hint: "name an existing file with --kubeconfig or KUBECONFIG",
    });
  }
  const document = parseConfig(file, source);
  if (document === undefined || document === null) return {};
  if (isJsonObject(document) && (document.kind === undefined || document.kind === "Config")) return document;
  throw new KubeConfigError(`kubeconfig ${file}: not of kind Config`, {
    hint: "name a kubeconfig file with --kubeconfig or KUBECONFIG",
  });
}

function parseConfig(file: string, source: string): unknown {
  try {
    return source.trim() === "" ? undefined : load(source);
  } catch (error) {
    // Only the first line: what follows is an excerpt, and the file holds secrets.
    const why = messageOf(error).split("\n", 1)[0] ?? "";
    throw new KubeConfigError(`kubeconfig ${file}: not YAML: ${why}`, {
      hint: "mend the file, or name another with --kubeconfig",
    });
  }
}

function addEntries(into: Map<string, Entry>, list: unknown, member: string, file: string): void {
  for (const item of asList(list)) {
    const name = text(asObject(item).name);
    if (name !== undefined && !into.has(name))
      into.set(name, { body: asObject(asObject(item)[member]), file });
  }
}

function accessOf(merged: MergedConfig, wanted: string | undefined): ClusterAccess {
  const files = merged.files.join(", ");
  const name = wanted ?? merged.currentContext;
  if (!name) {
    throw new KubeConfigError(`kubeconfig ${files}: no current context`, {
      hint: `name one with --context${listOf(merged.contexts)}`,
    });
  }
  const context = pick(merged.contexts, name, "context", files);
  const cluster = pick(merged.clusters, text(context.body.cluster) ?? "", "cluster", context.file);
  const userName = text(context.body.user);
  const user = userName ? pick(merged.users, userName, "user", context.file) : undefined;
  const origin = `context "${name}" of ${context.file}`;
  return {
    ...clusterPart(cluster, origin),
    ...userPart(user, origin),
    origin,
    namespace: text(context.body.namespace) || "default",
  };
}

function pick(entries: Map<string, Entry>, name: string, what: string, file: string): Entry {
  const entry = entries.get(name);
  if (entry) return entry;
  throw new KubeConfigError(`kubeconfig ${file}: no ${what} "${name}"${didYouMean(name, entries.keys())}`, {
    hint: `choose a context that is complete with --context${listOf(entries)}`,
  });
}

function listOf(entries: Map<string, Entry>): string {
  return entries.size > 0 ? ` (there: ${[...entries.keys()].slice(0, 10).join(", ")})` : "";
}

function clusterPart(
  { body, file }: Entry,
  origin: string,
): Pick<
  ClusterAccess,
  "server" | "certificateAuthority" | "insecureSkipTlsVerify" | "tlsServerName" | "proxyUrl"
> {
  const server = text(body.server)?.replace(/\/+$/, "") ?? "";
  if (!/^https?:$/.test(URL.parse(server)?.protocol ?? "")) {
    throw new KubeConfigError(`${origin}: server "${server}" is no http or https address`);
  }
  const authority = pemSource(body, "certificate-authority", file, origin);
  const serverName = text(body["tls-server-name"]);
  const proxy = text(body["proxy-url"]);
  return {
    server,
    insecureSkipTlsVerify: body["insecure-skip-tls-verify"] === true,
    ...(authority && { certificateAuthority: authority }),
    ...(serverName && { tlsServerName: serverName }),
    ...(proxy && { proxyUrl: proxy }),
  };
}

function userPart(
  entry: Entry | undefined,
  origin: string,
): Pick<ClusterAccess, "authentication" | "clientCertificate" | "impersonation"> {
  if (!entry) return { authentication: { kind: "none" }, impersonation: {} };
  const { body, file } = entry;
  const certificate = pemSource(body, "client-certificate", file, origin);
  const key = pemSource(body, "client-key", file, origin);
  if (!certificate !== !key) {
    throw new KubeConfigError(`${origin}: client-certificate and client-key belong together, one is missing`);
  }
  const as = text(body.as);
  return {
    authentication: authenticationOf(body, file, origin),
    impersonation: as ? { "impersonate-user": as } : {},
    ...(certificate && key && { clientCertificate: { certificate, key } }),
  };
}

function authenticationOf(body: JsonObject, file: string, origin: string): Authentication {
  const tokenFile = text(body.tokenFile);
  if (tokenFile) return { kind: "tokenFile", path: fromFolderOf(file, tokenFile) };
  const token = text(body.token);
  if (token) return { kind: "token", token };
  const username = text(body.username);
  if (username) return { kind: "basic", username, password: text(body.password) ?? "" };
  if (isJsonObject(body.exec)) return { kind: "exec", plugin: execPlugin(body.exec, file, origin) };
  if (isJsonObject(body["auth-provider"])) return { kind: "authProvider", user: body };
  return { kind: "none" };
}

function execPlugin(exec: JsonObject, file: string, origin: string): ExecPlugin {
  const command = text(exec.command);
  if (!command) throw new KubeConfigError(`${origin}: exec plugin without a command`);
  const env: Record<string, string> = {};
  for (const item of asList(exec.env)) {
    const { name, value } = asObject(item);
    if (typeof name === "string") env[name] = text(value) ?? "";
  }
  const installHint = asString(exec.installHint);
  return {
    apiVersion: text(exec.apiVersion) ?? "client.authentication.k8s.io/v1",
    command: /[\\/]/.test(command) ? fromFolderOf(file, command) : command,
    args: asList(exec.args).map((arg) => text(arg) ?? ""),
    env,
    provideClusterInfo: exec.provideClusterInfo === true,
    ...(installHint && { installHint }),
  };
}

/** `<name>-data` (base64) wins over `<name>` (a file), as in client-go. */
function pemSource(body: JsonObject, name: string, file: string, origin: string): PemSource | undefined {
  const data = text(body[`${name}-data`]);
  if (data) {
    const pem = Buffer.from(data, "base64").toString("utf8");
    if (pem.includes("-----BEGIN")) return { kind: "text", pem };
    throw new KubeConfigError(`${origin}: ${name}-data is not base64 of PEM text`);
  }
  const path = text(body[name]);
  return path ? { kind: "file", path: fromFolderOf(file, path) } : undefined;
}

function fromFolderOf(file: string, path: string): string {
  return isAbsolute(path) ? path : resolve(dirname(file), path);
}

/** A scalar as text: a token of digits is a number to YAML. */
function text(value: unknown): string | undefined {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : asString(value);
}

/** The service account of the pod we run in; `undefined` outside of one. */
function inClusterAccess(environment: Environment, folder: string): ClusterAccess | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = environment;
  const tokenFile = join(folder, "token");
  if (!host || !port || !isReadable(tokenFile)) return undefined;
  const namespaceFile = join(folder, "namespace");
  return {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    origin: "the pod's service account",
    isInCluster: true,
    namespace: isReadable(namespaceFile) ? readFileSync(namespaceFile, "utf8").trim() : "default",
    certificateAuthority: { kind: "file", path: join(folder, "ca.crt") },
    insecureSkipTlsVerify: false,
    authentication: { kind: "tokenFile", path: tokenFile },
    impersonation: {},
  };
}

function isReadable(file: string): boolean {
  try {
    accessSync(file);
    return true;
  } catch {
    return false; // not there: we are not in a pod
  }
}
