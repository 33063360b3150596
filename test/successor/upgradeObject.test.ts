import { expect, test } from "vitest";
import { hasReached, REMOVED_VERSIONS } from "../../src/successor/removedVersions.ts";
import { servedBy, upgradeObject } from "../../src/successor/upgradeObject.ts";
import { SUCCESSOR_CASES } from "./cases.ts";

const today = servedBy("1.36");

test.each(SUCCESSOR_CASES)("$name", ({ before, after, warnings = [], impossible }) => {
  const wanted =
    impossible === undefined
      ? { kind: "upgraded", object: after, warnings }
      : { kind: "impossible", message: impossible };
  expect(upgradeObject(before, today)).toEqual(wanted);
});

test("a cluster that serves the version gets the object as it is", () => {
  for (const { before } of SUCCESSOR_CASES) {
    expect(upgradeObject(before, servedBy("1.7"))).toEqual({ kind: "kept", object: before });
  }
});

test("what has an upgrade is not upgraded again", () => {
  for (const { after } of SUCCESSOR_CASES) {
    if (after) expect(upgradeObject(after, today)).toEqual({ kind: "kept", object: after });
  }
});

test("every version is deprecated before it goes", () => {
  const wrong = REMOVED_VERSIONS.filter(
    ({ deprecated, removed }) => removed && !hasReached(removed, deprecated),
  );
  expect(wrong).toEqual([]);
});

test.each([
  ["1.36", "1.22", true],
  ["v1.36.3", "1.36", true],
  ["1.9", "1.16", false],
  ["2.0", "1.36", true],
])("%s has reached %s: %s", (kubeVersion, version, wanted) => {
  expect(hasReached(kubeVersion, version)).toBe(wanted);
});
