import type { JsonObject } from "../object/json.ts";

/** PEM text, or the file it is read from again whenever that changes. */
export type PemSource =
  | { readonly kind: "text"; readonly pem: string }
  | { readonly kind: "file"; readonly path: string };

/** An exec credential plugin (client.authentication.k8s.io) as a kubeconfig names it. */
export interface ExecPlugin {
  readonly apiVersion: string;
  /** A bare name is looked up on the PATH; a path was made absolute from the kubeconfig's folder. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly installHint?: string;
  readonly provideClusterInfo: boolean;
}

/** How requests say who we are, besides a client certificate. */
export type Authentication =
  | { readonly kind: "none" }
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "tokenFile"; readonly path: string }
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  | { readonly kind: "exec"; readonly plugin: ExecPlugin }
  /** One of the old `auth-provider`s (oidc, gcp, azure); `user` is the kubeconfig's own entry. */
  | { readonly kind: "authProvider"; readonly user: JsonObject };

/** Everything that is needed to talk to one API server. Holds secrets: never print one. */
export interface ClusterAccess {
  /** `https://host:port`, with a path when the server sits behind one; no slash at the end. */
  readonly server: string;
  /** Where it was found, for messages: `context "prod" of /home/me/.kube/config`. */
  readonly origin: string;
  /** The context's namespace, else `default`. */
  readonly namespace: string;
  /** True when it is the service account of the pod that we run in. */
  readonly isInCluster?: boolean;
  readonly certificateAuthority?: PemSource;
  readonly insecureSkipTlsVerify: boolean;
  readonly tlsServerName?: string;
  readonly proxyUrl?: string;
  readonly authentication: Authentication;
  readonly clientCertificate?: { readonly certificate: PemSource; readonly key: PemSource };
  /** Headers that ask to act as somebody else. */
  readonly impersonation: Readonly<Record<string, string>>;
}
