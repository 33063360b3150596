import { expect, test } from "vitest";
import { startRun } from "../../src/plan/planStatus.ts";
import { withStep } from "../../src/plan/recordOutcomes.ts";
import { runnableSteps } from "../../src/plan/runnableSteps.ts";
import { planOf } from "./planOf.ts";

const phases = (first: string, second = "serial") => ({
  a: { strategy: first, steps: ["x", "y"] },
  b: { strategy: second, steps: ["z"] },
});

test.each([
  ["serial in serial: the first step", planOf("serial", phases("serial")), [], "a.x"],
  ["serial in serial: the next when the first is done", planOf("serial", phases("serial")), ["a.x"], "a.y"],
  ["serial in serial: the next phase", planOf("serial", phases("serial")), ["a.x", "a.y"], "b.z"],
  ["parallel in serial: all steps of the first phase", planOf("serial", phases("parallel")), [], "a.x a.y"],
  [
    "parallel in serial: the phase holds while one step is open",
    planOf("serial", phases("parallel")),
    ["a.x"],
    "a.y",
  ],
  ["serial in parallel: one step of each phase", planOf("parallel", phases("serial")), [], "a.x b.z"],
  ["parallel in parallel: everything", planOf("parallel", phases("parallel")), [], "a.x a.y b.z"],
  ["a missing strategy does not wait", planOf("", phases("")), [], "a.x a.y b.z"],
  ["a differently cased strategy does not wait", planOf("Serial", phases("SERIAL")), [], "a.x a.y b.z"],
  [
    "an empty phase holds nothing up",
    planOf("serial", { e: { strategy: "serial", steps: [] }, ...phases("serial") }),
    [],
    "a.x",
  ],
  [
    "steps of one name are one step",
    planOf("serial", { a: { strategy: "parallel", steps: ["x", "x"] } }),
    [],
    "a.x",
  ],
  ["nothing when all is done", planOf("serial", phases("serial")), ["a.x", "a.y", "b.z"], ""],
] as const)("%s", (_name, plan, complete, expected) => {
  let status = startRun(plan, "uid", "t0");
  for (const path of complete) {
    const [phase = "", step = ""] = path.split(".");
    status = withStep(status, { phase, step }, { name: step, status: "COMPLETE" }, "t1");
  }
  expect(
    runnableSteps(plan, status)
      .map(({ phase, step }) => `${phase}.${step}`)
      .join(" "),
  ).toBe(expected);
});

test("nothing runs after a fatal error, in either strategy", () => {
  const plan = planOf("parallel", phases("parallel"));
  const status = withStep(
    startRun(plan, "uid", "t0"),
    { phase: "a", step: "x" },
    { name: "x", status: "FATAL_ERROR" },
    "t1",
  );
  expect(runnableSteps(plan, status)).toEqual([]);
});
