import { expect, test } from "vitest";
import type { RandomRecord } from "../../src/package/randomRecord.ts";
import { forgetRandom, type RandomRun } from "../../src/render/forgetRandom.ts";

const A = "a.yaml draw hash 0";
const B = "b.yaml draw hash 0";

const start: RandomRecord = { key: "00", values: { [A]: "one", [B]: "two" } };

function run(
  given: Partial<RandomRun> & { readonly used?: readonly string[]; readonly rendered?: readonly string[] },
) {
  const { used = [A, B], rendered = ["a.yaml", "b.yaml"], ...rest } = given;
  return {
    templates: new Set(["a.yaml", "b.yaml"]),
    positioned: new Set<string>(),
    isDeployment: true,
    use: { templates: rendered, used, added: {} },
    ...rest,
  };
}

const repeat = (times: number, next: RandomRun, record = start): RandomRecord =>
  Array.from({ length: times }).reduce<RandomRecord>((known) => forgetRandom(known, next), record);

const calls = (record: RandomRecord): readonly string[] => Object.keys(record.values);

test.each([
  ["a run that uses everything", 1, run({}), undefined],
  ["a deployment whose template no longer makes the call", 3, run({ used: [A] }), { [B]: 3 }],
  ["a plan that renders other templates", 3, run({ used: [A], rendered: ["a.yaml"] }), undefined],
  [
    "a template that reads the plan's name",
    3,
    run({ used: [A], positioned: new Set(["b.yaml"]) }),
    undefined,
  ],
  [
    "a backup with a package that lost the template",
    9,
    run({ used: [A], rendered: ["a.yaml"], templates: new Set(["a.yaml"]), isDeployment: false }),
    undefined,
  ],
  [
    "five deployments with a package that lost the template",
    5,
    run({ used: [A], rendered: ["a.yaml"], templates: new Set(["a.yaml"]) }),
    { [B]: 5 },
  ],
  ["a hundred deployments with the option off", 100, run({ used: [A] }), { [B]: 100 }],
] as const)("values survive %s", (_name, times, next, unused) => {
  const record = repeat(times, next);
  expect(record.values).toEqual(start.values);
  expect(record.unused).toEqual(unused);
});

test("use ends the count", () => {
  const off = repeat(3, run({ used: [A] }));
  expect(forgetRandom(off, run({}))).toEqual(start);
});

test("a value goes with the sixth deployment after its template left the package", () => {
  const without = run({ used: [A], rendered: ["a.yaml"], templates: new Set(["a.yaml"]) });
  expect(repeat(6, without)).toEqual({ key: "00", values: { [A]: "one" } });
});

test("unused values go when they take too much room, the longest unused first", () => {
  const call = (at: number): string => `a.yaml sign hash${at} 0`;
  let record: RandomRecord = { key: "00", values: {} };
  for (let at = 0; at < 20; at++) {
    record = { ...record, values: { ...record.values, [call(at)]: "x".repeat(8_000) } };
    record = forgetRandom(record, run({ used: [call(at)] }));
  }
  expect(calls(record)).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19].map(call).slice(-9));
  expect(calls(record)).toContain(call(19));
});
