import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createObjectPipeline } from "../../src/sandbox/schema/createObjectPipeline.ts";
import { comparableAnswer, comparablePlayed, schemaOf, storedObject } from "../sandbox/merge/comparison.ts";
import { playStep } from "../sandbox/merge/playStep.ts";
import { type BareServer, recordScenarios } from "../sandbox/merge/recordScenarios.ts";
import {
  loadScenarios,
  type RecordedAnswer,
  type Recording,
  type Scenario,
} from "../sandbox/merge/scenario.ts";
import { clusterBinaries } from "./clusterBinaries.ts";
import { randomScenarios } from "./randomScenarios.ts";
import { type RunningCluster, startCluster } from "./startCluster.ts";

// A server of its own, without controllers: they would write to the objects in between.
let cluster: RunningCluster;
let server: BareServer;

beforeAll(async () => {
  cluster = await startCluster(await clusterBinaries(() => {}), {
    controllers: [],
    scheduler: false,
    kwok: false,
  });
  const { users } = JSON.parse(readFileSync(cluster.kubeconfig, "utf8")) as {
    readonly users: readonly { readonly name: string; readonly user: { readonly token: string } }[];
  };
  server = { server: cluster.server, token: users.find(({ name }) => name === "admin")?.user.token ?? "" };
}, 120_000);

afterAll(async () => {
  await cluster.stop();
}, 60_000);

test("the recorded answers are still those of the server", async () => {
  const file = join(import.meta.dirname, "../sandbox/merge/recorded.json");
  const recorded = comparable(JSON.parse(readFileSync(file, "utf8")) as Recording);
  expect(comparable(await recordScenarios(server, loadScenarios()))).toEqual(recorded);
});

describe("random writes give what the server gives", () => {
  test.each([Math.floor(Math.random() * 1e6), 20_261_122])("seed %i", async (seed) => {
    const scenarios = randomScenarios(seed, 60);
    const recording = await recordScenarios(server, scenarios);
    for (const scenario of scenarios) compare(scenario, recording[scenario.name] ?? []);
  });
});

function comparable(recording: Recording): unknown {
  return Object.fromEntries(
    Object.entries(recording).map(([name, answers]) => [
      name,
      answers.map((answer) => comparableAnswer(answer)),
    ]),
  );
}

const pipeline = createObjectPipeline();

/** What the server refuses as invalid is left out: the rules of built-in kinds are not the typed part's. */
function compare(scenario: Scenario, answers: readonly RecordedAnswer[]): void {
  const schema = schemaOf(pipeline, scenario);
  let live: ReturnType<typeof storedObject> | undefined;
  for (const [index, step] of scenario.steps.entries()) {
    const answer = answers[index] as RecordedAnswer;
    if (answer.body.reason === "Invalid") continue;
    const played = playStep(pipeline, schema, scenario, step, live);
    expect(comparablePlayed(played), `${scenario.name}, step ${index}`).toEqual(comparableAnswer(answer));
    if (answer.code < 300) live = storedObject(answer.body);
  }
}
