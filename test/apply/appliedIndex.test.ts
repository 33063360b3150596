import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type AppliedIndex,
  emptyIndex,
  findEntry,
  pendingDeletions,
  reborn,
  withApplied,
  withIntent,
  withoutEntries,
  withRecord,
} from "../../src/apply/appliedIndex.ts";
import type { IntendedObject } from "../../src/apply/desiredObject.ts";
import { finishRun } from "../../src/apply/finishRun.ts";
import { refOf } from "../../src/object/objectRef.ts";

const instance = { namespace: "ns", name: "demo", uid: "u1" };

function intended(name: string, task = "app", plan = "deploy", digest = "sha256:1"): IntendedObject {
  return {
    object: { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "ns", name } },
    origin: { plan, phase: "main", step: "all", task },
    digest,
    adopted: false,
    warnings: [],
    plannedAt: "2026-11-21T10:00:00Z",
  };
}

const ref = (name: string) => refOf(intended(name).object);
const applied = (item: IntendedObject) => {
  const { digest, adopted, origin, warnings } = item;
  return {
    ref: refOf(item.object),
    uid: `uid-${item.object.metadata.name}`,
    digest,
    adopted,
    origin,
    warnings,
  };
};

function applyAll(index: AppliedIndex, ...items: readonly IntendedObject[]): AppliedIndex {
  return withApplied(withIntent(index, items, { planUid: "run" }), items.map(applied));
}

const claimsOf = (index: AppliedIndex) =>
  Object.fromEntries(index.entries.map((entry) => [entry.ref.name, entry.claims]));

test("the intent names what may be written, and what was written settles it", () => {
  const index = withIntent(emptyIndex(instance), [intended("a"), intended("b")], { planUid: "run" });
  expect(index.intent).toEqual({
    planUid: "run",
    objects: [
      { ref: ref("a"), digest: "sha256:1" },
      { ref: ref("b"), digest: "sha256:1" },
    ],
  });
  expect(findEntry(index, ref("a"))).toMatchObject({
    digest: "",
    claims: ["deploy/app"],
    intendedAt: "2026-11-21T10:00:00Z",
  });
  const half = withApplied(index, [applied(intended("a"))]);
  expect(half.intent?.objects.map((object) => object.ref.name)).toEqual(["b"]);
  expect(findEntry(half, ref("a"))).toEqual({
    ref: ref("a"),
    uid: "uid-a",
    digest: "sha256:1",
    claims: ["deploy/app"],
    adopted: false,
    pendingDeletion: false,
    origin: intended("a").origin,
    warnings: [],
  });
  expect(withApplied(half, [applied(intended("b"))]).intent).toBeUndefined();
});

test("an intent that changes nothing names nothing", () => {
  const index = applyAll(emptyIndex(instance), intended("a"));
  expect(withIntent(index, [intended("a")], { planUid: "next" })).toEqual(index);
});

test("an object is intended since the first time, however often it is tried", () => {
  const first = withIntent(emptyIndex(instance), [intended("a")], { planUid: "run" });
  const later = { ...intended("a"), plannedAt: "2026-11-21T11:00:00Z" };
  expect(withIntent(first, [later], { planUid: "run" }).entries[0]?.intendedAt).toBe("2026-11-21T10:00:00Z");
});

test("another version of the API is the same object", () => {
  const index = applyAll(emptyIndex(instance), intended("a"));
  const moved = {
    ...intended("a"),
    object: { ...intended("a").object, kind: "ConfigMap", apiVersion: "v2" },
  };
  expect(withIntent(index, [moved], { planUid: "run" }).entries).toMatchObject([
    { ref: { apiVersion: "v2" }, uid: "uid-a" },
  ]);
});

/** Runs a plan over an index: everything rendered is applied, then the run ends. */
function run(
  index: AppliedIndex,
  plan: string,
  tasks: Readonly<Record<string, readonly string[]>>,
  options: { readonly addOnly?: readonly string[]; readonly groupTasks?: readonly string[] } = {},
): AppliedIndex {
  const items = Object.entries(tasks).flatMap(([task, names]) =>
    names.map((name) => intended(name, task, plan)),
  );
  return finishRun(applyAll(index, ...items), {
    plan,
    rendered: new Map(Object.entries(tasks).map(([task, names]) => [task, names.map(ref)])),
    addOnly: new Set(options.addOnly ?? []),
    ...(options.groupTasks && { groupTasks: new Set(options.groupTasks) }),
  });
}

const deployed = run(emptyIndex(instance), "deploy", { node: ["a", "b"], service: ["s"] });

test.each([
  [
    "deploy, update and upgrade are one plan: what update no longer renders goes",
    run(deployed, "update", { node: ["a"] }),
    { a: ["deploy/node"], b: [], s: ["deploy/service"] },
  ],
  [
    "another plan has claims of its own",
    run(deployed, "backup", { node: ["a"] }),
    { a: ["deploy/node", "backup/node"], b: ["deploy/node"], s: ["deploy/service"] },
  ],
  [
    "what another plan still claims stays",
    run(run(deployed, "backup", { node: ["b"] }), "deploy", { node: ["a"], service: ["s"] }),
    { a: ["deploy/node"], b: ["backup/node"], s: ["deploy/service"] },
  ],
  [
    "a task that rendered nothing claims nothing",
    run(deployed, "deploy", { node: [], service: ["s"] }),
    { a: [], b: [], s: ["deploy/service"] },
  ],
  [
    "a task whose templates read the plan's position only adds",
    run(deployed, "update", { node: ["c"] }, { addOnly: ["node"] }),
    { a: ["deploy/node"], b: ["deploy/node"], s: ["deploy/service"], c: ["deploy/node"] },
  ],
  [
    "an object that moves to another task keeps that claim",
    run(deployed, "deploy", { node: ["a"], service: ["s", "b"] }),
    { a: ["deploy/node"], b: ["deploy/service"], s: ["deploy/service"] },
  ],
  [
    "a task that the plan did not run keeps its claims under the same version",
    run(deployed, "upgrade", { node: ["a", "b"] }),
    { a: ["deploy/node"], b: ["deploy/node"], s: ["deploy/service"] },
  ],
  [
    "a task that the new version's plans no longer have loses them",
    run(deployed, "upgrade", { node: ["a", "b"] }, { groupTasks: ["node"] }),
    { a: ["deploy/node"], b: ["deploy/node"], s: [] },
  ],
] as const)("claims: %s", (_name, index, claims) => {
  expect(claimsOf(index)).toEqual(claims);
  expect(index.entries.filter(({ pendingDeletion }) => pendingDeletion).map((entry) => entry.claims)).toEqual(
    index.entries.filter((entry) => entry.claims.length === 0).map(() => []),
  );
});

test("what has no claim left is deleted in reverse order, and an intent takes it back", () => {
  const index = run(deployed, "deploy", { node: [], service: [] });
  expect(pendingDeletions(index).map((entry) => entry.ref.name)).toEqual(["s", "b", "a"]);
  const back = withIntent(index, [intended("b", "node")], { planUid: "run" });
  expect(pendingDeletions(back).map((entry) => entry.ref.name)).toEqual(["s", "a"]);
});

test("what is gone leaves the set and its intent", () => {
  const index = withIntent(deployed, [intended("new")], { planUid: "run" });
  const left = withoutEntries(index, [ref("new"), ref("a")]);
  expect(left.entries.map((entry) => entry.ref.name)).toEqual(["b", "s"]);
  expect(left.intent).toBeUndefined();
});

test("the last five sets are kept, the newest first", () => {
  const record = (n: number) =>
    ({
      planUid: `run-${n}`,
      plan: "deploy",
      time: "2026-11-21T10:00:00Z",
      result: "COMPLETE",
      objects: n,
    }) as const;
  const index = [1, 2, 3, 4, 5, 6].map(record).reduce(withRecord, emptyIndex(instance));
  expect(index.history.map(({ objects }) => objects)).toEqual([6, 5, 4, 3, 2]);
});

test("a later life of the instance keeps objects and random values, not what was accepted", () => {
  const accepted = {
    operatorVersion: { name: "x" },
    packageDigest: "d",
    parameters: {},
    plan: "deploy",
    planUid: "run",
    deployed: true,
  };
  const index = reborn(
    { ...deployed, accepted, randomRecord: { key: "00", values: { a: "1" } } },
    { ...instance, uid: "u2" },
  );
  expect(index).toEqual({
    ...deployed,
    randomRecord: { key: "00", values: { a: "1" } },
    instance: { ...instance, uid: "u2" },
  });
});

test("recording intent and results twice is recording them once", () => {
  const names = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"));
  fc.assert(
    fc.property(names, names, (before, now) => {
      const start = applyAll(emptyIndex(instance), ...before.map((name) => intended(name)));
      const items = now.map((name) => intended(name, "other", "deploy", "sha256:2"));
      const once = withIntent(start, items, { planUid: "run" });
      expect(withIntent(once, items, { planUid: "run" })).toEqual(once);
      const written = withApplied(once, items.map(applied));
      expect(withApplied(written, items.map(applied))).toEqual(written);
      expect(written.intent).toBeUndefined();
    }),
  );
});
