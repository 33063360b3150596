import { readFileSync, statSync } from "node:fs";
import { buildConnector, type Dispatcher, Pool, ProxyAgent } from "undici";
import { messageOf } from "../base/errors.ts";
import type { ClusterAccess, PemSource } from "./clusterAccess.ts";
import type { ExecCredential } from "./execPlugin.ts";
import { KubeConfigError } from "./kubeConfigError.ts";

/** Limits of the connections to one API server. */
export interface ConnectionOptions {
  /** Most connections at a time; `null` for as many as there are requests. */
  readonly connections: number | null;
  /** Longest body of an answer; -1 for no limit. */
  readonly maxResponseBytes: number;
  /** Client certificate that an exec plugin gave; asked at each new connection. */
  readonly clientCertificate: () => ExecCredential["clientCertificate"];
}

/** How long a connection may take to come about, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Silence after which the system probes a connection; a dead peer is noticed some ten seconds later. */
const PROBE_AFTER_MS = 30_000;
/** How long an idle connection is kept for the next request, in milliseconds. */
const KEEP_ALIVE_MS = 60_000;

/**
 * Kept-alive HTTP/1.1 connections to one API server: HTTP/2 is half as fast there.
 *
 * Certificates are read again when their files change, and used from the next connection on.
 */
export function openConnections(access: ClusterAccess, options: ConnectionOptions): Dispatcher {
  const common = {
    connections: options.connections,
    maxResponseSize: options.maxResponseBytes,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
  };
  if (access.proxyUrl) {
    const requestTls = tlsOptions(access, options.clientCertificate());
    return new ProxyAgent({ ...common, uri: access.proxyUrl, requestTls });
  }
  return new Pool(new URL(access.server).origin, { ...common, connect: freshConnector(access, options) });
}

/** A connector that is built anew whenever a certificate has changed. */
function freshConnector(access: ClusterAccess, options: ConnectionOptions): buildConnector.connector {
  let built: { readonly version: string; readonly connector: buildConnector.connector } | undefined;
  return (target, callback) => {
    try {
      const given = options.clientCertificate();
      const version = `${versionOf(access)} ${given?.certificate ?? ""}`;
      if (built?.version !== version) {
        built = { version, connector: buildConnector(tlsOptions(access, given)) };
      }
      built.connector(target, callback);
    } catch (error) {
      callback(error as Error, null);
    }
  };
}

function tlsOptions(
  access: ClusterAccess,
  given: ExecCredential["clientCertificate"],
): buildConnector.BuildOptions {
  const fromFile = access.clientCertificate;
  const certificate = given?.certificate ?? (fromFile && readPem(fromFile.certificate));
  const key = given?.key ?? (fromFile && readPem(fromFile.key));
  return {
    timeout: CONNECT_TIMEOUT_MS,
    allowH2: false,
    keepAlive: true,
    keepAliveInitialDelay: PROBE_AFTER_MS,
    rejectUnauthorized: !access.insecureSkipTlsVerify,
    ...(access.certificateAuthority && { ca: readPem(access.certificateAuthority) }),
    ...(access.tlsServerName && { servername: access.tlsServerName }),
    ...(certificate && key && { cert: certificate, key }),
  };
}

function readPem(source: PemSource): string {
  if (source.kind === "text") return source.pem;
  try {
    return readFileSync(source.path, "utf8");
  } catch (error) {
    throw new KubeConfigError(`certificate file ${source.path}: ${messageOf(error)}`, { cause: error });
  }
}

/** Changes when one of the files that the connection is made from does. */
function versionOf({ certificateAuthority, clientCertificate }: ClusterAccess): string {
  return [certificateAuthority, clientCertificate?.certificate, clientCertificate?.key]
    .map((source) =>
      source?.kind === "file" ? (statSync(source.path, { throwIfNoEntry: false })?.mtimeMs ?? 0) : 0,
    )
    .join(" ");
}
