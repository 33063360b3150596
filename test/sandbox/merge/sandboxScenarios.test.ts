import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startSandbox } from "../../../src/sandbox/startSandbox.ts";
import { comparableAnswer } from "./comparison.ts";
import { recordScenarios } from "./recordScenarios.ts";
import { loadScenarios, type RecordedAnswer, type Recording } from "./scenario.ts";

test("the sandbox answers over HTTP as the real API server did", async () => {
  const file = readFileSync(join(import.meta.dirname, "recorded.json"), "utf8");
  const sandbox = await startSandbox({ controllers: false }, AbortSignal.timeout(60_000));
  try {
    const access = { server: sandbox.url, token: sandbox.tokens.admin };
    const answered = await recordScenarios(access, loadScenarios());
    expect(comparable(answered)).toEqual(comparable(JSON.parse(file) as Recording));
  } finally {
    await sandbox.stop();
  }
}, 60_000);

function comparable(recording: Recording): unknown {
  const comparableStep = (answer: RecordedAnswer): unknown => ({
    changed: answer.changed,
    answer: comparableAnswer(answer),
  });
  return Object.fromEntries(
    Object.entries(recording).map(([name, answers]) => [name, answers.map(comparableStep)]),
  );
}
