import { expect, test } from "vitest";
import { tidings } from "../../../src/cli/demo/tidings.ts";
import type { JsonObject } from "../../../src/object/json.ts";

const SUBJECT = "prod/galera";
const source = { name: "fleet", message: "", issues: [] };
const instance = (name: string, plan: JsonObject, message = "") => ({
  namespace: "prod",
  name,
  plan: { name: "deploy", uid: "1", ...plan },
  message,
});

test.each<[string, JsonObject, readonly string[]]>([
  [
    "nothing is said of a subject that is well",
    { instances: [instance("galera", { status: "COMPLETE" })] },
    [],
  ],
  [
    "a mistake is told with its place, and not that there are mistakes",
    {
      sources: [
        {
          ...source,
          message: "some files have mistakes; see issues",
          issues: [{ severity: "error", file: "a.yaml", line: 5, column: 2, message: "bad indentation" }],
        },
      ],
    },
    ["error: a.yaml:5:2: bad indentation"],
  ],
  [
    "a hold is told even when there are mistakes",
    {
      sources: [
        {
          ...source,
          message: "2 wait: lockstep confirm 1",
          issues: [{ severity: "warning", message: "odd" }],
        },
      ],
    },
    ["warning: odd", "fleet: 2 wait: lockstep confirm 1"],
  ],
  [
    "what stops an instance at rest is told",
    { instances: [instance("galera", { status: "COMPLETE" }, "parameter N: not an integer")] },
    ["prod/galera: parameter N: not an integer"],
  ],
  [
    "what a running plan waits for is not: its tree says it",
    { instances: [instance("galera", { status: "IN_PROGRESS" }, "1 of 3 replicas are ready")] },
    [],
  ],
  [
    "another instance is told with the plan it ran",
    { instances: [instance("web", { status: "COMPLETE" })] },
    ["prod/web: plan 'deploy' is COMPLETE"],
  ],
])("%s", (_sentence, status, lines) => {
  expect([...tidings({ sources: [source], ...status }, SUBJECT).values()]).toEqual(lines);
});

test("the same plan that ran again is news", () => {
  const keys = ["1", "2"].map((uid) =>
    [...tidings({ instances: [instance("web", { uid, status: "COMPLETE" })] }, SUBJECT).keys()].join(),
  );
  expect(keys[0]).not.toBe(keys[1]);
});
