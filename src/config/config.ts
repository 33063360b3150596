/** When a source is looked at. */
export type PollTiming =
  | { readonly kind: "interval"; readonly intervalMs: number }
  /** Six fields, seconds first. */
  | { readonly kind: "cron"; readonly expression: string; readonly timeZone?: string };

/** One source of packages and instances. */
export interface SourceConfig {
  readonly name: string;
  /** URL, or an absolute path. */
  readonly url: string;
  readonly ref?: string;
  /** Folder in the repository, `.` for all of it. */
  readonly path: string;
  readonly timing: PollTiming;
  readonly credentials: {
    readonly username?: string;
    readonly usernameFile?: string;
    readonly tokenFile?: string;
    readonly caFile?: string;
  };
  /** Of packages, looked through in this order; none when left out. */
  readonly repositories?: readonly { readonly name: string; readonly url: string }[];
}

/** Everything the service is told from outside. Paths are absolute. Stages get their own narrow part of it. */
export interface Config {
  readonly cluster: {
    readonly kubeconfig?: string;
    readonly context?: string;
    readonly namespace?: string;
    readonly crds: boolean;
    readonly sandbox: boolean;
  };
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly read: "open" | "token";
    readonly tokenFile?: string;
  };
  readonly sources: readonly SourceConfig[];
  readonly dataDir?: string;
  readonly log: { readonly level: "debug" | "info" | "warn" | "error" };
}
