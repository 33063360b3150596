import { expect, test } from "vitest";
import { neverRun, type PlanStatus, startRun } from "../../src/plan/planStatus.ts";
import { planTree } from "../../src/plan/planTree.ts";
import { withStep } from "../../src/plan/recordOutcomes.ts";
import { planOf } from "./planOf.ts";

const backup = planOf("serial", { dump: { strategy: "serial", steps: ["job"] } }, "backup");
const deploy = planOf("serial", { main: { strategy: "parallel", steps: ["config", "sts"] } });
const input = { namespace: "prod", name: "db", operatorVersion: "pg-12.4.0-0.2.0", plans: [deploy, backup] };

function running(): Record<string, PlanStatus> {
  const started = startRun(deploy, "uid", "2021-05-04T10:11:12Z");
  const first = withStep(
    started,
    { phase: "main", step: "config" },
    { name: "config", status: "COMPLETE" },
    "2021-05-04T10:11:12Z",
  );
  const second = { name: "sts", status: "ERROR", message: "message" } as const;
  return {
    deploy: withStep(first, { phase: "main", step: "sts" }, second, "2021-05-04T10:11:12Z"),
    backup: { ...startRun(backup, "old", "2021-05-03T00:00:00Z"), status: "COMPLETE" },
  };
}

test("the tree of kubectl kudo plan status", () => {
  expect(planTree({ ...input, planStatus: running() })).toBe(`Plan(s) for "db" in namespace "prod":
.
└── db (Operator-Version: "pg-12.4.0-0.2.0" Active-Plan: "deploy")
    ├── Plan backup (serial strategy) [NOT ACTIVE]
    │   └── Phase dump (serial strategy) [NOT ACTIVE]
    │       └── Step job [NOT ACTIVE]
    └── Plan deploy (serial strategy) [IN_PROGRESS], last updated 2021-05-04 10:11:12
        └── Phase main (parallel strategy) [IN_PROGRESS]
            ├── Step config [COMPLETE]
            └── Step sts [ERROR] (message)
`);
});

test("nothing ever ran", () => {
  expect(planTree({ ...input, planStatus: { deploy: neverRun(deploy) } })).toContain("No plan ever run");
});
