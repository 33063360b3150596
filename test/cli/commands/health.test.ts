import { join } from "node:path";
import { expect, test } from "vitest";
import { registerHealth } from "../../../src/cli/commands/health.ts";
import { runLockstep } from "../runLockstep.ts";

const FIXTURES = join(import.meta.dirname, "../../health");
const fixture = (name: string): string => join(FIXTURES, `${name}.yaml`);

test("a table that lines up, and exit code 3 for a degraded object", async () => {
  const { code, out } = await run(["health", fixture("statefulset-ready"), fixture("pod-crash-loop")]);
  expect(code).toBe(3);
  const lines = out.replaceAll(`${FIXTURES}/`, "").split("\n");
  expect(lines.map((line) => line.trim().split(/ {2,}/))).toEqual([
    ["FILE", "OBJECT", "HEALTH", "REASON", "MESSAGE"],
    ["statefulset-ready.yaml", "StatefulSet/databases/galera", "Healthy", "Ready"],
    [
      "pod-crash-loop.yaml",
      "Pod/databases/galera-1",
      "Degraded",
      "CrashLoopBackOff",
      "container mysql: CrashLoopBackOff: back-off 40s restarting failed container (exit code 1)",
    ],
    [""],
  ]);
});

test("JSON from standard input, Lists unfolded", async () => {
  const list = {
    apiVersion: "v1",
    kind: "List",
    items: [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" }, status: { phase: "Active" } },
      { apiVersion: "batch/v1", kind: "Job", metadata: { name: "load", namespace: "shop" } },
    ],
  };
  const { code, out } = await run(["health", "-", "-o", "json"], JSON.stringify(list));
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual([
    {
      ...{ file: "-", apiVersion: "v1", kind: "Namespace", namespace: "", name: "shop" },
      ...{ health: "Healthy", reason: "Active", message: "" },
    },
    {
      ...{ file: "-", apiVersion: "batch/v1", kind: "Job", namespace: "shop", name: "load" },
      ...{ health: "Progressing", reason: "JobNotStarted", message: "it has not started yet" },
    },
  ]);
});

test("what cannot be read is said, and hides no other", async () => {
  const { code, out, err } = await run(
    ["health", "no-such-file.yaml", "-", "-o", "json"],
    "kind: ConfigMap\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
  );
  expect(code).toBe(1);
  expect(err).toContain("no-such-file.yaml");
  expect(err).toContain("the object has no apiVersion");
  expect(JSON.parse(out)).toHaveLength(1);
});

test("an unknown form of output is wrong usage", async () => {
  expect((await run(["health", "-", "-o", "xml"])).code).toBe(2);
});

const run = (args: readonly string[], stdin = "") => runLockstep(args, [registerHealth], stdin);
