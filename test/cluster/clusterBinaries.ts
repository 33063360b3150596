import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { formatDuration } from "../../src/base/duration.ts";

/** The programs of a cluster, by what each is for. */
export interface ClusterBinaries {
  readonly etcd: string;
  readonly apiServer: string;
  readonly controllerManager: string;
  readonly scheduler: string;
  readonly kubectl: string;
  readonly kwok: string;
  /** Folder with the Stage documents of kwok. */
  readonly stages: string;
}

/** Package of each program; a binary is named after the last part that is no version. */
const PACKAGES = {
  etcd: { file: "server", path: "go.etcd.io/etcd/server/v3" },
  apiServer: { file: "kube-apiserver", path: "k8s.io/kubernetes/cmd/kube-apiserver" },
  controllerManager: {
    file: "kube-controller-manager",
    path: "k8s.io/kubernetes/cmd/kube-controller-manager",
  },
  scheduler: { file: "kube-scheduler", path: "k8s.io/kubernetes/cmd/kube-scheduler" },
  kubectl: { file: "kubectl", path: "k8s.io/kubernetes/cmd/kubectl" },
  kwok: { file: "kwok", path: "sigs.k8s.io/kwok/cmd/kwok" },
} as const;

type ProgramName = keyof typeof PACKAGES;

/** What a folder named by KUBEBUILDER_ASSETS has. */
const ASSETS = { etcd: "etcd", apiServer: "kube-apiserver", kubectl: "kubectl" } as const;

/** Stage documents of the kwok module, by the names they get in our cache. */
const STAGES = [
  "node/fast/node-initialize.yaml",
  "node/heartbeat/node-heartbeat.yaml",
  "pod/fast/pod-ready.yaml",
  "pod/fast/pod-complete.yaml",
  "pod/fast/pod-delete.yaml",
];

const here = import.meta.dirname;
const run = promisify(execFile);

/**
 * Finds the programs, and builds those that are missing from the Go modules that go.mod pins.
 *
 * @param say  takes a line of progress; building everything takes about ten minutes once
 */
export async function clusterBinaries(
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<ClusterBinaries> {
  const goSum = createHash("sha256")
    .update(await readFile(join(here, "go.sum")))
    .digest("hex");
  const cache = join(
    process.env.XDG_CACHE_HOME || join(homedir(), ".cache"),
    "lockstep",
    `cluster-${goSum.slice(0, 12)}`,
  );
  await mkdir(cache, { recursive: true });
  const given = givenAssets();
  const paths: Partial<Record<ProgramName, string>> = { ...given };
  const missing: ProgramName[] = [];
  for (const name of Object.keys(PACKAGES) as ProgramName[]) {
    if (paths[name]) continue;
    paths[name] = join(cache, PACKAGES[name].file);
    if (!existsSync(paths[name])) missing.push(name);
  }
  const stages = join(cache, "stages");
  if (missing.length > 0 || !existsSync(stages)) {
    await requireGo();
    await build(missing, cache, say, signal);
    if (!existsSync(stages)) await copyStages(cache, stages);
  }
  return { ...(paths as Record<ProgramName, string>), stages };
}

function givenAssets(): Partial<Record<ProgramName, string>> {
  const folder = process.env.KUBEBUILDER_ASSETS;
  if (!folder) return {};
  return Object.fromEntries(
    Object.entries(ASSETS)
      .map(([name, file]) => [name, join(folder, file)] as const)
      .filter(([, path]) => existsSync(path)),
  );
}

async function requireGo(): Promise<void> {
  const version = await run("go", ["env", "GOVERSION"], { cwd: here }).then(
    ({ stdout }) => stdout.trim(),
    () => "",
  );
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  if (Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 26)) return;
  throw new Error(
    `The test cluster is built from Go modules and needs Go 1.26 or newer (${version || "none found"}).\n` +
      "Install it from https://go.dev/dl/ and put it on the PATH. A folder in KUBEBUILDER_ASSETS saves building\n" +
      "etcd, kube-apiserver and kubectl; the controller manager, the scheduler and kwok are built in any case.",
  );
}

async function build(
  names: readonly ProgramName[],
  cache: string,
  say: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (names.length === 0) return;
  const [, version = ""] =
    /k8s\.io\/kubernetes (v[\d.]+)/.exec(await readFile(join(here, "go.mod"), "utf8")) ?? [];
  const [major, minor] = version.slice(1).split(".");
  const component = "k8s.io/component-base/version";
  const flags =
    `-s -w -X ${component}.gitVersion=${version} ` +
    `-X ${component}.gitMajor=${major} -X ${component}.gitMinor=${minor}`;
  const folder = await mkdtemp(join(cache, "building-"));
  const startedAt = Date.now();
  const elapsed = (): string => formatDuration(Date.now() - startedAt);
  say(`building ${names.length} programs of Kubernetes ${version} into ${cache} (once; about ten minutes)`);
  try {
    for (const [index, name] of names.entries()) {
      const { file, path } = PACKAGES[name];
      const progress = `[${index + 1}/${names.length}] ${file}`;
      say(`${progress} … ${elapsed()}`);
      const tick = setInterval(() => say(`${progress} … still building, ${elapsed()}`), 30_000);
      await goBuild(signal, [
        "build",
        "-trimpath",
        "-ldflags",
        flags,
        "-o",
        join(folder, file),
        path,
      ]).finally(() => clearInterval(tick));
      await rename(join(folder, file), join(cache, file));
    }
    say(`built, ${elapsed()}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function goBuild(signal: AbortSignal | undefined, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const go = spawn("go", args, {
      cwd: here,
      stdio: ["ignore", "inherit", "inherit"],
      ...(signal && { signal }),
    });
    go.on("error", reject);
    go.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`go ${args[0]}: exit code ${code}`)),
    );
  });
}

/** All of them or none: they are put together aside and moved there. */
async function copyStages(cache: string, target: string): Promise<void> {
  await run("go", ["mod", "download", "sigs.k8s.io/kwok"], { cwd: here });
  const { stdout } = await run("go", ["list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kwok"], { cwd: here });
  const folder = await mkdtemp(join(cache, "stages-"));
  for (const stage of STAGES) {
    const source = join(stdout.trim(), "kustomize", "stage", stage);
    await writeFile(join(folder, stage.replaceAll("/", "-")), await readFile(source));
  }
  await rename(folder, target);
}
