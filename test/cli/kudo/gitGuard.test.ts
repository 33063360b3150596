import { expect, test } from "vitest";
import { gitOwnerOf } from "../../../src/cli/kudo/gitGuard.ts";
import type { JsonObject } from "../../../src/object/json.ts";

const FIELDS: JsonObject = {
  "f:spec": {
    "f:operatorVersion": { "f:name": {} },
    "f:parameters": { ".": {}, "f:NODES": {} },
  },
};

const instance = (annotations: Readonly<Record<string, string>>, managedFields: readonly JsonObject[]) =>
  gitOwnerOf({
    apiVersion: "kudo.dev/v1beta1",
    kind: "Instance",
    metadata: { name: "db", annotations, managedFields },
  });

const ours: JsonObject = { manager: "lockstep-sync", operation: "Apply", fieldsV1: FIELDS };

test.each([
  ["a parameter of the file", ["spec", "parameters", "NODES"], true],
  ["a parameter that the file does not have", ["spec", "parameters", "SIZE"], false],
  ["the version", ["spec", "operatorVersion"], true],
  ["below what is declared as a whole", ["spec", "operatorVersion", "name", "x"], true],
  ["what others write", ["spec", "planExecution"], false],
] as const)("Git declares %s: %j is %s", (_name, path, declared) => {
  expect(instance({ "lockstep.dev/source": "fleet" }, [ours])?.declares(path)).toBe(declared);
});

test("an instance without a source is nobody's, whoever wrote it", () => {
  expect(instance({}, [ours])).toBeUndefined();
});

test("the fields of others are not Git's", () => {
  const theirs = { manager: "kubectl-lockstep", operation: "Update", fieldsV1: FIELDS };
  expect(instance({ "lockstep.dev/source": "fleet" }, [theirs])?.declares(["spec"])).toBe(false);
});
