import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import type { CliIo } from "../../../src/cli/cliIo.ts";
import { collectControllers } from "../../../src/cli/diagnostics/collectController.ts";
import { diagnosticsFolder } from "../../../src/cli/diagnostics/diagnosticsFolder.ts";
import type { ClusterClient } from "../../../src/cluster/clusterClient.ts";
import { ClusterError } from "../../../src/cluster/clusterError.ts";
import type { KubeObject } from "../../../src/object/kubeObject.ts";

const { signal } = new AbortController();

/** Collects from a cluster that answers lists and logs so. */
async function collect(
  list: (kind: string, selector: string) => readonly KubeObject[],
  log: () => AsyncIterable<Uint8Array>,
) {
  const root = await mkdtemp(join(tmpdir(), "lockstep-controllers-"));
  onTestFinished(() => rm(root, { recursive: true }));
  const said: string[] = [];
  const io = { out: () => {}, err: (text: string) => said.push(text), signal } as unknown as CliIo;
  const client = {
    list: async ({ kind }: { kind: string }, options: { labelSelector?: string }) => ({
      items: list(kind, options.labelSelector ?? ""),
      resourceVersion: "1",
    }),
    log,
  } as unknown as ClusterClient;
  const folder = diagnosticsFolder(root, io);
  await collectControllers({ client, folder, io, logs: { signal } });
  const files = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name).slice(root.length + 1))
    .sort();
  return { root, paths, failures: folder.failures, said: said.join("") };
}

const pod: KubeObject = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace: "lockstep-system", name: "lockstep-0" },
  spec: { containers: [{ name: "lockstep" }] },
};

test("pods of Lockstep come with their logs", async () => {
  const { root, paths, failures } = await collect(
    (kind, selector) => (kind === "Pod" && selector.endsWith("=lockstep") ? [pod] : []),
    async function* () {
      yield Buffer.from("one\n");
      yield Buffer.from("two\n");
    },
  );
  const log = "lockstep/pod_lockstep-0/lockstep.log.gz";
  expect({ paths, failures }).toEqual({
    paths: ["lockstep/pod_lockstep-0/lockstep-0.yaml", log],
    failures: [],
  });
  expect(gunzipSync(await readFile(join(root, log))).toString()).toBe("one\ntwo\n");
});

test.each([
  ["at once", [], []],
  ["midway", ["one\n"], ["lockstep/pod_lockstep-0/lockstep.log.gz"]],
])("a log that breaks off %s", async (_name, pieces, kept) => {
  const { paths, failures } = await collect(
    (kind, selector) => (kind === "Pod" && selector.endsWith("=lockstep") ? [pod] : []),
    async function* () {
      yield* pieces.map((text) => Buffer.from(text));
      throw new Error("the node is gone");
    },
  );
  const path = "lockstep/pod_lockstep-0/lockstep.log.gz";
  expect(failures).toEqual([{ path, message: "the node is gone" }]);
  expect(paths).toEqual([...kept, `${path}.err`, "lockstep/pod_lockstep-0/lockstep-0.yaml"].sort());
});

test("who may look into one namespace alone is told that the controller is missing", async () => {
  const { paths, failures, said } = await collect(
    () => {
      throw new ClusterError("forbidden", { reason: "forbidden", verb: "list", subject: "Pod" });
    },
    async function* () {},
  );
  expect({ paths, failures }).toEqual({ paths: [], failures: [] });
  expect(said).toContain("the controller is left out");
});
