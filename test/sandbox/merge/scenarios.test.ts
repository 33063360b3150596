import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../src/object/kubeObject.ts";
import { createObjectPipeline } from "../../../src/sandbox/schema/createObjectPipeline.ts";
import { comparableAnswer, comparablePlayed, schemaOf, storedObject } from "./comparison.ts";
import { playStep } from "./playStep.ts";
import { loadScenarios, type RecordedAnswer, type Recording } from "./scenario.ts";

const recording = JSON.parse(readFileSync(join(import.meta.dirname, "recorded.json"), "utf8")) as Recording;
const pipeline = createObjectPipeline();

describe("the answers are those of a real API server", () => {
  test.each(loadScenarios())("$name", (scenario) => {
    const answers = recording[scenario.name] ?? [];
    expect(answers.length).toBe(scenario.steps.length);
    const schema = schemaOf(pipeline, scenario);
    let live: KubeObject | undefined;
    for (const [index, step] of scenario.steps.entries()) {
      const recorded = answers[index] as RecordedAnswer;
      const played = playStep(pipeline, schema, scenario, step, live);
      expect(comparablePlayed(played)).toEqual(comparableAnswer(recorded));
      if (played.kind === "object" && recorded.changed) live = storedObject(recorded.body);
    }
  });
});
