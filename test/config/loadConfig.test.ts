import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ConfigError } from "../../src/config/configError.ts";
import { loadConfig } from "../../src/config/loadConfig.ts";
import type { Environment, ServeFlags } from "../../src/config/overlays.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lockstep-config-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("nothing said gives the defaults", async () => {
  expect(await load({})).toEqual({
    cluster: { crds: true, sandbox: false },
    http: { host: "127.0.0.1", port: 8080, read: "open" },
    sources: [],
    log: { level: "info" },
  });
});

test("the file of the documentation", async () => {
  const text = `
cluster: { kubeconfig: ~/.kube/config, context: prod }
http: { host: 127.0.0.1, port: 8080, read: open, tokenFile: /etc/lockstep/token }
sources:
  - { name: fleet, url: "https://git.example.com/fleet.git", ref: main, path: clusters/prod, interval: 1m30s, credentials: { tokenFile: token } }
  - { name: local, url: ../fleet, schedule: "*/45 * * * * *", timeZone: UTC }
  - { name: plain, url: /srv/fleet, repositories: [{ name: community, url: "https://repo.example.com/v1" }] }
`;
  expect(await load({ text })).toEqual({
    cluster: { kubeconfig: "/home/me/.kube/config", context: "prod", crds: true, sandbox: false },
    http: { host: "127.0.0.1", port: 8080, read: "open", tokenFile: "/etc/lockstep/token" },
    sources: [
      {
        name: "fleet",
        url: "https://git.example.com/fleet.git",
        ref: "main",
        path: "clusters/prod",
        timing: { kind: "interval", intervalMs: 90_000 },
        credentials: { tokenFile: join(folder, "token") },
      },
      {
        name: "local",
        url: join(folder, "../fleet"),
        path: ".",
        timing: { kind: "cron", expression: "*/45 * * * * *", timeZone: "UTC" },
        credentials: {},
      },
      {
        name: "plain",
        url: "/srv/fleet",
        path: ".",
        timing: { kind: "interval", intervalMs: 30_000 },
        credentials: {},
        repositories: [{ name: "community", url: "https://repo.example.com/v1" }],
      },
    ],
    log: { level: "info" },
  });
});

test("the environment goes over the file, and flags over both", async () => {
  const config = await load({
    text: "http: { port: 1, host: a, tokenFile: t }\ncluster: { crds: true }\n",
    environment: { LOCKSTEP_HTTP_PORT: "2", LOCKSTEP_HTTP_HOST: "b", LOCKSTEP_CLUSTER_CRDS: "false" },
    flags: { port: "3", tokenFile: "u", crds: false },
  });
  expect(config.http).toEqual({ host: "b", port: 3, read: "open", tokenFile: "/work-dir/u" });
  expect(config.cluster.crds).toBe(false);
});

test("what Kubernetes puts into the environment for a Service is not meant for us", async () => {
  const config = await load({
    environment: {
      LOCKSTEP_HTTP_PORT: "tcp://10.0.0.7:80",
      LOCKSTEP_HTTP_SERVICE_HOST: "10.0.0.7",
      LOCKSTEP_HTTP_PORT_80_TCP_ADDR: "10.0.0.7",
    },
  });
  expect(config.http.port).toBe(8080);
});

test.each([
  ["https://git.example.com/team/My_Fleet.git", "my-fleet", "https://git.example.com/team/My_Fleet.git"],
  ["../fleet/", "fleet", "/fleet"],
  ["file:///srv/fleet.git", "fleet", "file:///srv/fleet.git"],
  ["/", "repository", "/"],
])("--repo %s is the source %s", async (repo, name, url) => {
  const { sources } = await load({ flags: { repo, ref: "v1", path: "a", interval: "2s" } });
  expect(sources).toEqual([
    { name, url, ref: "v1", path: "a", timing: { kind: "interval", intervalMs: 2000 }, credentials: {} },
  ]);
});

test.each<readonly [name: string, text: string, message: string, line?: number, column?: number]>([
  ["an unknown key", "htp: {}", 'unknown key "htp"; did you mean "http"?', 1, 1],
  ["an unknown key further in", "http:\n  prot: 1\n", 'unknown key "prot"; did you mean "port"?', 2, 3],
  [
    "an unknown key of a source",
    "sources:\n  - name: a\n    url: b\n    intervall: 1s\n",
    'unknown key "intervall"; did you mean "interval"?',
    4,
    5,
  ],
  [
    "an unknown key of a repository",
    "sources:\n  - { name: a, url: b, repositories: [{ name: c, url: http://d, ulr: d }] }\n",
    'unknown key "ulr"; did you mean "url"?',
    2,
    65,
  ],
  [
    "a repository without a URL",
    "sources:\n  - { name: a, url: b, repositories: [{ name: c, url: ./charts }] }\n",
    "sources[0].repositories[0].url: must be an http://, https:// or file:// URL",
    2,
    55,
  ],
  ["a key that stands twice", "http: {}\nhttp: {}\n", "http", 2, 1],
  ["a wrong type", "http:\n  port: eighty\n", "http.port: expected number, received string", 2, 9],
  ["a port out of range", "http: { port: 70000 }", "http.port: too big", 1, 15],
  ["a word that is none of the choices", "http: { read: closed }", "must be one of open, token", 1, 15],
  ["a missing key", "sources:\n  - url: b\n", "sources[0].name: is missing", 2, 5],
  ["no duration", "sources: [{ name: a, url: b, interval: 30 }]", "sources[0].interval", 1, 40],
  ["a bad duration", "sources: [{ name: a, url: b, interval: 30x }]", '"30x" is no duration', 1, 40],
  [
    "a cron expression of five fields",
    'sources: [{ name: a, url: b, schedule: "0 3 * * *" }]',
    "is no cron expression of six fields",
    1,
    40,
  ],
  [
    "a cron expression with a minute that no hour has",
    'sources: [{ name: a, url: b, schedule: "0 61 * * * *" }]',
    "is no cron expression of six fields",
    1,
    40,
  ],
  [
    "six words that are no cron expression",
    'sources: [{ name: a, url: b, schedule: "every minute please now ok go" }]',
    "is no cron expression of six fields",
    1,
    40,
  ],
  [
    "an interval and a schedule",
    'sources: [{ name: a, url: b, interval: 1s, schedule: "* * * * * *" }]',
    "give interval or schedule, not both",
    1,
    44,
  ],
  ["a second source of that name", "sources: [{ name: a, url: b }, { name: a, url: c }]", 'named "a"', 1, 34],
  [
    "a path out of the repository",
    "sources: [{ name: a, url: b, path: ../x }]",
    "inside the repository",
    1,
    36,
  ],
  ["reads that need a token nobody has", "http: { read: token }", "read: token needs http.tokenFile", 1, 9],
  ["text that is no mapping", "- a\n", "the configuration: expected object", 1, 1],
  ["a syntax error", "http: [", "", 1],
  ["two documents", "http: {}\n---\nhttp: {}\n", "more than one document"],
])("%s is an error with its place", async (_name, text, message, line, column) => {
  const error = await failure({ text: String(text) });
  expect(error.issues[0]?.message).toContain(message);
  expect([error.issues[0]?.line, column && error.issues[0]?.column]).toEqual([line, column]);
});

test("all mistakes are told at once", async () => {
  const error = await failure({
    text: "htp: {}\nhttp: { port: x }\n",
    environment: { LOCKSTEP_HTTP_PROT: "1" },
    flags: { ref: "main" },
  });
  expect(error.issues.map((issue) => issue.code)).toEqual([
    "config.unknownVariable",
    "config.value",
    "config.unknownKey",
    "config.flag",
  ]);
});

test.each<readonly [name: string, options: LoadOptions, message: string]>([
  ["a flag is named", { flags: { port: "x" } }, "--port: http.port: expected number"],
  ["a variable is named", { environment: { LOCKSTEP_HTTP_PORT: "x" } }, "LOCKSTEP_HTTP_PORT: http.port:"],
  [
    "a mistyped variable",
    { environment: { LOCKSTEP_HTTP_PROT: "1" } },
    'LOCKSTEP_HTTP_PROT: unknown variable; did you mean "LOCKSTEP_HTTP_PORT"?',
  ],
  ["a bad interval of --repo", { flags: { repo: "a", interval: "x" } }, '--interval: "x" is no duration'],
  ["--ref alone", { flags: { ref: "main" } }, "--ref needs --repo"],
  [
    "--repo beside sources in the file",
    { flags: { repo: "a" }, text: "sources: [{ name: a, url: b }]" },
    "the configuration file has sources already",
  ],
  [
    "a file that is not there",
    { flags: { config: "/no/such/file" } },
    "/no/such/file: no such file or folder",
  ],
])("%s", async (_name, options, message) => {
  expect((await failure(options)).message).toContain(message);
});

interface LoadOptions {
  readonly text?: string;
  readonly environment?: Environment;
  readonly flags?: ServeFlags;
}

async function load({ text, environment = {}, flags = {} }: LoadOptions) {
  const config = join(folder, "lockstep.yaml");
  if (text !== undefined) await writeFile(config, text);
  return loadConfig({
    flags: text === undefined ? flags : { config, ...flags },
    environment: { HOME: "/home/me", ...environment },
    directory: "/work-dir",
  });
}

async function failure(options: LoadOptions): Promise<ConfigError> {
  const error = await load(options).catch((reason: unknown) => reason);
  if (error instanceof ConfigError) return error;
  throw new Error("the configuration was accepted", { cause: error });
}
