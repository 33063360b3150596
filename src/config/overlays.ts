import type { Issue } from "../base/issue.ts";
import { didYouMean } from "../base/nearest.ts";

/** The flags of `lockstep serve` that configure it; absent means not given. */
export interface ServeFlags {
  readonly config?: string;
  readonly repo?: string;
  readonly ref?: string;
  readonly path?: string;
  readonly interval?: string;
  readonly host?: string;
  readonly port?: string | number;
  readonly tokenFile?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly dataDir?: string;
  /** `false` for `--no-crds`. */
  readonly crds?: boolean;
  readonly sandbox?: boolean;
}

/** Variables of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One value that the environment or a flag puts over the file's. */
export interface Overlay {
  readonly path: readonly string[];
  readonly value: string | number | boolean;
  /** `LOCKSTEP_HTTP_PORT` or `--port`, for messages. */
  readonly origin: string;
}

type Form = "text" | "number" | "boolean";

/** Path in the file, variable, form. */
export const VARIABLES: readonly (readonly [path: string, variable: string, form: Form])[] = [
  ["cluster.kubeconfig", "LOCKSTEP_CLUSTER_KUBECONFIG", "text"],
  ["cluster.context", "LOCKSTEP_CLUSTER_CONTEXT", "text"],
  ["cluster.namespace", "LOCKSTEP_CLUSTER_NAMESPACE", "text"],
  ["cluster.crds", "LOCKSTEP_CLUSTER_CRDS", "boolean"],
  ["cluster.sandbox", "LOCKSTEP_CLUSTER_SANDBOX", "boolean"],
  ["http.host", "LOCKSTEP_HTTP_HOST", "text"],
  ["http.port", "LOCKSTEP_HTTP_PORT", "number"],
  ["http.read", "LOCKSTEP_HTTP_READ", "text"],
  ["http.tokenFile", "LOCKSTEP_HTTP_TOKEN_FILE", "text"],
  ["dataDir", "LOCKSTEP_DATA_DIR", "text"],
  ["log.level", "LOCKSTEP_LOG_LEVEL", "text"],
];

/** Path in the file, flag, form. */
export const FLAGS: readonly (readonly [path: string, flag: keyof ServeFlags, form: Form])[] = [
  ["cluster.kubeconfig", "kubeconfig", "text"],
  ["cluster.context", "context", "text"],
  ["cluster.namespace", "namespace", "text"],
  ["cluster.crds", "crds", "boolean"],
  ["cluster.sandbox", "sandbox", "boolean"],
  ["http.host", "host", "text"],
  ["http.port", "port", "number"],
  ["http.tokenFile", "tokenFile", "text"],
  ["dataDir", "dataDir", "text"],
];

/** What Kubernetes puts into every pod beside a Service named `lockstep-http`; not meant for us. */
const SERVICE_LINK = /_SERVICE_(HOST|PORT)|_PORT_\d+_(TCP|UDP|SCTP)/;

/**
 * What the environment puts over the file. A variable of one of our sections that we do not know is an error: it would
 * be silently without effect.
 */
export function environmentOverlays(environment: Environment): {
  readonly overlays: readonly Overlay[];
  readonly issues: readonly Issue[];
} {
  const overlays: Overlay[] = [];
  const issues: Issue[] = [];
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || value === "" || SERVICE_LINK.test(name) || /^(tcp|udp|sctp):\/\//.test(value))
      continue;
    const known = VARIABLES.find(([, variable]) => variable === name);
    if (known) overlays.push(overlay(known[0], value, known[2], name));
    else if (/^LOCKSTEP_(CLUSTER|HTTP|LOG)_/.test(name)) {
      const names = VARIABLES.map(([, variable]) => variable);
      const message = `${name}: unknown variable${didYouMean(name, names)}`;
      issues.push({ severity: "error", code: "config.unknownVariable", message });
    }
  }
  return { overlays, issues };
}

/** What the flags put over file and environment, but for those that describe a source. */
export function flagOverlays(flags: ServeFlags): readonly Overlay[] {
  return FLAGS.flatMap(([path, flag, form]) => {
    const value = flags[flag];
    return value === undefined ? [] : [overlay(path, value, form, `--${flagName(flag, value)}`)];
  });
}

function overlay(path: string, value: string | number | boolean, form: Form, origin: string): Overlay {
  return { path: path.split("."), value: parse(value, form), origin };
}

/** A text that has not the form stays text, and the schema says what is wrong with it. */
function parse(value: string | number | boolean, form: Form): string | number | boolean {
  if (form === "number" && typeof value === "string" && /^\d{1,10}$/.test(value)) return Number(value);
  if (form === "boolean" && (value === "true" || value === "false")) return value === "true";
  return value;
}

/** How a flag is written, without the dashes: `token-file`, `no-crds`. */
export function flagName(flag: string, value: unknown): string {
  const name = flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return value === false ? `no-${name}` : name;
}
