import { spawn } from "node:child_process";
import { messageOf } from "../base/errors.ts";
import { asObject, asString, type JsonObject } from "../object/json.ts";
import type { ClusterAccess, ExecPlugin } from "./clusterAccess.ts";
import { KubeConfigError } from "./kubeConfigError.ts";

/** What an exec plugin answered. */
export interface ExecCredential {
  readonly token?: string;
  readonly clientCertificate?: { readonly certificate: string; readonly key: string };
  /** Milliseconds since the epoch; absent means until the server refuses it. */
  readonly expiresAt?: number;
}

/** Longest run of a plugin, in milliseconds; one that asks a person something would hang here for ever. */
const PLUGIN_TIMEOUT_MS = 60_000;

/**
 * Runs an exec credential plugin and reads its ExecCredential.
 *
 * @param environment  what the plugin inherits, besides its own variables
 * @throws KubeConfigError with the plugin's own words, or its install hint
 */
export async function runExecPlugin(
  plugin: ExecPlugin,
  access: ClusterAccess,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ExecCredential> {
  const info = {
    apiVersion: plugin.apiVersion,
    kind: "ExecCredential",
    spec: { interactive: false, ...(plugin.provideClusterInfo && { cluster: clusterInfo(access) }) },
  };
  const env = { ...environment, ...plugin.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  const output = await run(plugin, env);
  return credentialOf(output, plugin);
}

function clusterInfo(access: ClusterAccess): JsonObject {
  const authority = access.certificateAuthority;
  return {
    server: access.server,
    ...(access.tlsServerName && { "tls-server-name": access.tlsServerName }),
    ...(access.insecureSkipTlsVerify && { "insecure-skip-tls-verify": true }),
    ...(authority?.kind === "text" && {
      "certificate-authority-data": Buffer.from(authority.pem).toString("base64"),
    }),
  };
}

function run(plugin: ExecPlugin, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(plugin.command, [...plugin.args], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: PLUGIN_TIMEOUT_MS,
    });
    let output = "";
    let complaint = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      complaint = (complaint + chunk).slice(-1000);
    });
    child.on("error", (error) => reject(pluginError(plugin, messageOf(error), error)));
    child.on("close", (code, signal) => {
      if (code === 0) resolve(output);
      else reject(pluginError(plugin, `${signal ?? `exit code ${code}`}: ${complaint.trim()}`));
    });
  });
}

function pluginError(plugin: ExecPlugin, why: string, cause?: unknown): KubeConfigError {
  return new KubeConfigError(`credential plugin ${plugin.command}: ${why}`, {
    cause,
    hint: plugin.installHint?.trim() ?? "run the command by hand to see what it wants",
  });
}

function credentialOf(output: string, plugin: ExecPlugin): ExecCredential {
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = statusOf(output, plugin);
  const certificate = asString(clientCertificateData);
  const key = asString(clientKeyData);
  const expiresAt = Date.parse(asString(expirationTimestamp) ?? "");
  if (typeof token !== "string" && !(certificate && key)) {
    throw pluginError(plugin, "its answer has neither a token nor a client certificate");
  }
  return {
    ...(typeof token === "string" && { token }),
    ...(certificate && key && { clientCertificate: { certificate, key } }),
    ...(!Number.isNaN(expiresAt) && { expiresAt }),
  };
}

function statusOf(output: string, plugin: ExecPlugin): JsonObject {
  try {
    return asObject(asObject(JSON.parse(output)).status);
  } catch {
    // The parser's own message would quote the output, which may hold a token.
    throw pluginError(plugin, "its answer is not JSON");
  }
}
