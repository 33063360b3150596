import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadKubeConfig } from "../../src/cluster/kubeConfig.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lockstep-test-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const PEM = "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n";
const DATA = Buffer.from(PEM).toString("base64");

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** A kubeconfig with one context, `main`. */
function config(cluster: string, user: string, context = ""): string {
  return `apiVersion: v1
kind: Config
current-context: main
clusters: [{ name: c, cluster: { server: "https://one:6443/", ${cluster} } }]
users: [{ name: u, user: { ${user} } }]
contexts: [{ name: main, context: { cluster: c, user: u, ${context} } }]
`;
}

test.each([
  ["a token", "", "token: abc", { authentication: { kind: "token", token: "abc" } }],
  ["a token of digits", "", "token: 12345", { authentication: { kind: "token", token: "12345" } }],
  [
    "user and password",
    "",
    "username: me, password: pw",
    {
      authentication: { kind: "basic", username: "me", password: "pw" },
    },
  ],
  ["nobody at all", "", "", { authentication: { kind: "none" }, namespace: "default" }],
  [
    "certificates as data",
    `certificate-authority-data: ${DATA}`,
    `client-certificate-data: ${DATA}, client-key-data: ${DATA}`,
    {
      certificateAuthority: { kind: "text", pem: PEM },
      clientCertificate: { certificate: { kind: "text", pem: PEM }, key: { kind: "text", pem: PEM } },
    },
  ],
  ["a server that is not verified", "insecure-skip-tls-verify: true", "", { insecureSkipTlsVerify: true }],
  [
    "a proxy and another server name",
    "proxy-url: http://p:1, tls-server-name: s",
    "",
    {
      proxyUrl: "http://p:1",
      tlsServerName: "s",
    },
  ],
  ["somebody to act as", "", "token: t, as: jane", { impersonation: { "impersonate-user": "jane" } }],
  [
    "an old auth provider",
    "",
    "auth-provider: { name: oidc }",
    {
      authentication: { kind: "authProvider", user: { "auth-provider": { name: "oidc" } } },
    },
  ],
  [
    "an exec plugin",
    "",
    "exec: { apiVersion: v, command: login, args: [a, 1], env: [{ name: A, value: b }], installHint: do }",
    {
      authentication: {
        kind: "exec",
        plugin: {
          apiVersion: "v",
          command: "login",
          args: ["a", "1"],
          env: { A: "b" },
          provideClusterInfo: false,
          installHint: "do",
        },
      },
    },
  ],
] as const)("reads %s", (_name, cluster, user, expected) => {
  const kubeconfig = write("config", config(cluster, user));
  expect(loadKubeConfig({ kubeconfig, environment: {} })).toMatchObject({
    server: "https://one:6443",
    origin: `context "main" of ${kubeconfig}`,
    ...expected,
  });
});

test("file names start from the folder of the kubeconfig", () => {
  const kubeconfig = write("config", config("certificate-authority: ca.crt", "tokenFile: sub/token"));
  expect(loadKubeConfig({ kubeconfig, environment: {} })).toMatchObject({
    certificateAuthority: { kind: "file", path: join(folder, "ca.crt") },
    authentication: { kind: "tokenFile", path: join(folder, "sub/token") },
  });
});

test("a command with a slash starts from the folder of the kubeconfig", () => {
  const kubeconfig = write("config", config("", "exec: { command: ./bin/login }"));
  expect(loadKubeConfig({ kubeconfig, environment: {} }).authentication).toMatchObject({
    plugin: { command: join(folder, "bin/login") },
  });
});

test("the context's namespace is the default one", () => {
  const kubeconfig = write("config", config("", "", "namespace: team"));
  expect(loadKubeConfig({ kubeconfig, environment: {} }).namespace).toBe("team");
});

const SECOND = `
current-context: other
clusters: [{ name: c, cluster: { server: "https://ignored" } }, { name: d, cluster: { server: "http://two" } }]
contexts: [{ name: other, context: { cluster: d } }]
`;

test.each([
  ["the first current-context counts", undefined, "https://one:6443"],
  ["another file's context can be named", "other", "http://two"],
] as const)("KUBECONFIG with several files, one of them missing: %s", (_name, context, server) => {
  const files = [join(folder, "missing"), write("first", config("", "")), write("second", SECOND)];
  const environment = { KUBECONFIG: files.join(delimiter) };
  expect(loadKubeConfig({ environment, ...(context && { context }) }).server).toBe(server);
});

test("without KUBECONFIG it is .kube/config of the home folder", () => {
  mkdirSync(join(folder, ".kube"), { recursive: true });
  write(".kube/config", config("", ""));
  expect(loadKubeConfig({ environment: { HOME: folder } }).server).toBe("https://one:6443");
});

test("in a pod it is the service account", () => {
  const serviceAccountDir = join(folder, "account");
  mkdirSync(serviceAccountDir, { recursive: true });
  write("account/token", "t");
  write("account/namespace", "team\n");
  const environment = {
    HOME: join(folder, "nobody"),
    KUBERNETES_SERVICE_HOST: "fd00::1",
    KUBERNETES_SERVICE_PORT: "443",
  };
  expect(loadKubeConfig({ environment, serviceAccountDir })).toMatchObject({
    server: "https://[fd00::1]:443",
    namespace: "team",
    authentication: { kind: "tokenFile", path: join(serviceAccountDir, "token") },
    certificateAuthority: { kind: "file", path: join(serviceAccountDir, "ca.crt") },
  });
});

test.each([
  ["no such context", config("", ""), "mian", /no context "mian"; did you mean "main"\?/, /there: main/],
  ["no current context", "kind: Config\ncontexts: []", undefined, /no current context/, /--context/],
  ["an empty file", "", undefined, /no current context/, /--context/],
  [
    "a cluster that is not there",
    "current-context: a\ncontexts: [{name: a, context: {cluster: x}}]",
    undefined,
    /no cluster "x"/,
    /--context/,
  ],
  [
    "a server that is no address",
    config('"server": "one"', "").replace("https://one:6443/", "nonsense"),
    undefined,
    /no http or https address|not YAML/,
    /.*/,
  ],
  ["something that is no YAML", "a: [", undefined, /not YAML/, /mend/],
  ["an object of Kubernetes", "kind: Pod", undefined, /not of kind Config/, /kubeconfig/],
  [
    "a certificate without key",
    config("", `client-certificate-data: ${DATA}`),
    undefined,
    /belong together/,
    /.*/,
  ],
  [
    "data that is no PEM",
    config("certificate-authority-data: aGVsbG8=", ""),
    undefined,
    /not base64 of PEM/,
    /.*/,
  ],
] as const)("refuses %s and says where", (_name, text, context, message, hint) => {
  const kubeconfig = write("bad", text);
  const load = (): unknown => loadKubeConfig({ kubeconfig, environment: {}, ...(context && { context }) });
  expect(load).toThrow(message);
  expect(load).toThrow(kubeconfig);
  expect(load).toThrow(expect.objectContaining({ code: "cluster.kubeconfig" }));
  if (hint.source !== ".*")
    expect(load).toThrow(expect.objectContaining({ hint: expect.stringMatching(hint) }));
});

test("a file that was named must exist", () => {
  const kubeconfig = join(folder, "none");
  expect(() => loadKubeConfig({ kubeconfig, environment: {} })).toThrow(
    `kubeconfig ${kubeconfig}: no such file`,
  );
});

test("without any it says what to do", () => {
  const environment = { HOME: join(folder, "nobody") };
  expect(() => loadKubeConfig({ environment, serviceAccountDir: folder })).toThrow(/no kubeconfig found/);
});

test("a broken file's secrets are not quoted", () => {
  const kubeconfig = write("broken", "users:\n- user: { token: s3cret\n  x");
  expect(() => loadKubeConfig({ kubeconfig, environment: {} })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining("s3cret") }),
  );
});
