import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kubeObject.ts";
import type { ObjectSchema } from "../../../src/sandbox/objectPipeline.ts";
import { createObjectPipeline } from "../../../src/sandbox/schema/createObjectPipeline.ts";

const pipeline = createObjectPipeline();
const schema = pipeline.builtinSchema("v1", "ConfigMap") as ObjectSchema;

function configMap(data: Readonly<Record<string, string>>, metadata: JsonObject = {}): KubeObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "c", namespace: "n", ...metadata },
    data,
  } as KubeObject;
}

function apply(
  manager: string,
  time: string,
  data: Readonly<Record<string, string>>,
  live?: KubeObject,
): KubeObject {
  const result = pipeline.applyPatch({
    ...{ schema, kind: "apply", patch: configMap(data), manager, time },
    ...(live ? { live } : {}),
    ...{ force: false, subresource: "", fieldValidation: "Warn", resetFields: [] },
  });
  if (result.kind === "refused") throw new Error(result.message);
  return { ...result.object, metadata: { ...result.object.metadata, uid: "u" } };
}

function update(
  manager: string,
  time: string,
  data: Readonly<Record<string, string>>,
  live: KubeObject,
): KubeObject {
  const next = { ...live, data };
  return pipeline.trackUpdate({ schema, live, next, manager, subresource: "", time });
}

function writers(object: KubeObject): readonly string[] {
  const entries = object.metadata.managedFields as unknown as readonly Readonly<Record<string, string>>[];
  return entries.map(({ manager, operation, time }) => `${operation} ${manager} ${time?.slice(11, 19)}`);
}

test("appliers come first, then updaters, each by time", () => {
  const first = apply("z", "2026-01-01T00:00:01Z", { a: "1" });
  const second = apply("a", "2026-01-01T00:00:02Z", { b: "1" }, first);
  const third = update("u", "2026-01-01T00:00:03Z", { a: "1", b: "1", c: "1" }, second);
  const last = update("t", "2026-01-01T00:00:04Z", { a: "1", b: "1", c: "1", d: "1" }, third);
  expect(writers(last)).toEqual([
    "Apply z 00:00:01",
    "Apply a 00:00:02",
    "Update u 00:00:03",
    "Update t 00:00:04",
  ]);
});

test("an apply that changes nothing is the live object itself", () => {
  const live = apply("z", "2026-01-01T00:00:01Z", { a: "1" });
  expect(apply("z", "2026-01-01T00:00:09Z", { a: "1" }, live)).toEqual(live);
});

test("an update that changes nothing keeps the times", () => {
  const live = apply("z", "2026-01-01T00:00:01Z", { a: "1" });
  expect(update("u", "2026-01-01T00:00:09Z", { a: "1" }, live)).toEqual(live);
});

test("of many updaters the oldest flow together", () => {
  let live = apply("z", "2026-01-01T00:00:00Z", { base: "1" });
  const data: Record<string, string> = { base: "1" };
  for (let index = 1; index <= 12; index++) {
    data[`k${index}`] = "1";
    live = update(`u${index}`, `2026-01-01T00:00:${String(index).padStart(2, "0")}Z`, { ...data }, live);
  }
  expect(writers(live)).toEqual([
    "Apply z 00:00:00",
    "Update ancient-changes 00:00:03",
    ...Array.from(
      { length: 9 },
      (_, index) => `Update u${index + 4} 00:00:${String(index + 4).padStart(2, "0")}`,
    ),
  ]);
});
