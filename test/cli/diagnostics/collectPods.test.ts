import { expect, test } from "vitest";
import { logsOf } from "../../../src/cli/diagnostics/collectPods.ts";
import type { JsonObject } from "../../../src/object/json.ts";

const WAITING: JsonObject = { restartCount: 0, state: { waiting: { reason: "ContainerCreating" } } };
const RUNNING: JsonObject = { restartCount: 0, state: { running: {} } };
const AGAIN: JsonObject = { restartCount: 2, state: { running: {} } };
const CRASHING: JsonObject = { restartCount: 3, state: { waiting: { reason: "CrashLoopBackOff" } } };

test.each<[string, Readonly<Record<string, JsonObject>>, readonly string[]]>([
  ["one that runs has its log", { main: RUNNING }, ["main"]],
  ["one that never began has none", { main: WAITING }, []],
  ["one that began anew has two", { main: AGAIN }, ["main", "main before"]],
  ["one that waits to begin anew has the one before", { main: CRASHING }, ["main before"]],
  ["each counts for itself, those that only prepare come first", { init: RUNNING, main: WAITING }, ["init"]],
  ["one that the status does not have is asked for", {}, ["init", "main"]],
])("logs of a pod: %s", (_name, statuses, logs) => {
  const names = Object.keys(statuses).length === 0 ? ["init", "main"] : Object.keys(statuses);
  const specs = names.map((name) => ({ name, image: name }));
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p" },
    spec: {
      initContainers: specs.filter(({ name }) => name === "init"),
      containers: specs.filter(({ name }) => name !== "init"),
    },
    status: { containerStatuses: Object.entries(statuses).map(([name, status]) => ({ name, ...status })) },
  };
  const found = logsOf(pod).map(({ container, previous }) => `${container}${previous ? " before" : ""}`);
  expect(found).toEqual(logs);
});
