import { readFile, stat } from "node:fs/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { JsonObject } from "../object/json.ts";
import type { Authentication, ClusterAccess } from "./clusterAccess.ts";
import { type ExecCredential, runExecPlugin } from "./execPlugin.ts";
import { KubeConfigError } from "./kubeConfigError.ts";

/** What a request needs to be let in, besides its connection. */
export interface Credentials {
  /** Value of the Authorization header; `undefined` for none. A promise only when something must be fetched or read. */
  authorization(): string | undefined | Promise<string | undefined>;
  /** Client certificate and key an exec plugin gave, as PEM; known after `authorization` has answered. */
  clientCertificate(): ExecCredential["clientCertificate"];
  /** Forgets what is cached after the server refused it. False when there is nothing to fetch anew. */
  refresh(): boolean;
}

/** What credentials need that are not written in the kubeconfig. */
export interface CredentialsDeps {
  readonly clock: Clock;
  /** Inherited by exec plugins. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** How long a token file is trusted without a look at it, in milliseconds. */
const TOKEN_FILE_CHECK_MS = 10_000;
/** How long before its end a credential is fetched anew, in milliseconds. */
const EXPIRY_MARGIN_MS = 30_000;

/** Credentials of one API server; each asks its source again when it runs out or was refused. */
export function createCredentials(access: ClusterAccess, deps: CredentialsDeps): Credentials {
  const { authentication } = access;
  switch (authentication.kind) {
    case "none":
      return constant(undefined);
    case "token":
      return constant(`Bearer ${authentication.token}`);
    case "basic": {
      const { username, password } = authentication;
      return constant(`Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`);
    }
    case "tokenFile":
      return tokenFileCredentials(authentication.path, deps.clock);
    case "exec":
      return execCredentials(access, authentication, deps);
    case "authProvider":
      return authProviderCredentials(access, authentication.user);
  }
}

function constant(value: string | undefined): Credentials {
  return { authorization: () => value, clientCertificate: () => undefined, refresh: () => false };
}

function tokenFileCredentials(path: string, clock: Clock): Credentials {
  let cached: { readonly value: string; readonly modifiedMs: number } | undefined;
  let checkedAt = Number.NEGATIVE_INFINITY;
  const read = async (): Promise<string> => {
    try {
      const { mtimeMs } = await stat(path);
      if (mtimeMs !== cached?.modifiedMs) {
        cached = { value: `Bearer ${(await readFile(path, "utf8")).trim()}`, modifiedMs: mtimeMs };
      }
    } catch (error) {
      // A file that is being replaced may be absent for a moment: the last token goes on.
      if (!cached) throw new KubeConfigError(`token file ${path}: ${messageOf(error)}`, { cause: error });
    }
    checkedAt = clock.now();
    return (cached as { value: string }).value;
  };
  return {
    authorization: () => (cached && clock.now() - checkedAt < TOKEN_FILE_CHECK_MS ? cached.value : read()),
    clientCertificate: () => undefined,
    refresh() {
      cached = undefined;
      return true;
    },
  };
}

function execCredentials(
  access: ClusterAccess,
  { plugin }: Extract<Authentication, { kind: "exec" }>,
  { clock, environment }: CredentialsDeps,
): Credentials {
  let cached: ExecCredential | undefined;
  let header: string | undefined;
  let freshUntil = 0;
  let running: Promise<string | undefined> | undefined;
  const fetch = async (): Promise<string | undefined> => {
    cached = await runExecPlugin(plugin, access, environment);
    const leftMs = (cached.expiresAt ?? Number.POSITIVE_INFINITY) - clock.now();
    freshUntil = clock.now() + leftMs - Math.min(EXPIRY_MARGIN_MS, leftMs / 10);
    header = cached.token === undefined ? undefined : `Bearer ${cached.token}`;
    return header;
  };
  return {
    authorization() {
      if (cached && clock.now() < freshUntil) return header;
      running ??= fetch().finally(() => {
        running = undefined;
      });
      return running;
    },
    clientCertificate: () => cached?.clientCertificate,
    refresh() {
      cached = undefined;
      return true;
    },
  };
}

/**
 * The old providers are left to client-node, which is loaded only then: importing it costs 80 MB of memory.
 *
 * It refreshes an expired token itself and keeps it in the user entry we hand it.
 */
function authProviderCredentials(access: ClusterAccess, user: JsonObject): Credentials {
  const open = async (): Promise<KubeConfig> => {
    const config = new (await import("@kubernetes/client-node")).KubeConfig();
    config.loadFromClusterAndUser(
      { name: "cluster", server: access.server, skipTLSVerify: true },
      { name: "user", authProvider: structuredClone(user["auth-provider"]) },
    );
    return config;
  };
  let opened: Promise<KubeConfig> | undefined;
  return {
    async authorization() {
      const options: { headers?: Record<string, unknown> } = {};
      opened ??= open();
      await (await opened).applyToHTTPSOptions(options);
      const value = options.headers?.Authorization;
      return typeof value === "string" ? value : undefined;
    },
    clientCertificate: () => undefined,
    refresh: () => false,
  };
}
