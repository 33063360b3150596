import { describe, expect, test } from "vitest";
import { type Hold, holdId } from "../../src/sync/hold.ts";
import {
  type OwnedInstance,
  planRemovals,
  type RemovalInput,
  removalLimit,
} from "../../src/sync/planRemovals.ts";

/** `a b !c`: instances of those names; with `!` they stay when their file goes. */
function owned(text: string): readonly OwnedInstance[] {
  return text
    .split(" ")
    .filter(Boolean)
    .map((word) => {
      const name = word.replace("!", "");
      return { namespace: "ns", name, uid: `uid-${name}`, prune: !word.startsWith("!") };
    });
}

const numbered = (count: number, from = 0): string =>
  Array.from({ length: count }, (_, i) => `n${i + from}`).join(" ");

function holdOf(names: string): Hold {
  const instances = owned(names).map(({ namespace, name, uid }) => ({ namespace, name, uid }));
  return { id: holdId("fleet", instances), source: "fleet", revision: "r0", reason: "before", instances };
}

function plan(live: string, declared: string, options: Partial<RemovalInput> = {}) {
  const { remove, hold, blocked } = planRemovals({
    source: "fleet",
    revision: "r1",
    owned: owned(live),
    declared: new Set(owned(declared).map(({ name }) => `ns/${name}`)),
    completeness: "complete",
    identity: "same",
    hold: undefined,
    ...options,
  });
  const names = (list: readonly { name: string }[] = []): string => list.map(({ name }) => name).join(" ");
  return { remove: names(remove), held: names(hold?.instances), reason: hold?.reason, id: hold?.id, blocked };
}

describe("the limit", () => {
  test.each([
    [1, 1],
    [3, 1],
    [6, 1],
    [7, 2],
    [10, 3],
    [33, 9],
    [34, 10],
    [1000, 10],
  ])("of %d instances is %d", (total, limit) => {
    expect(removalLimit(total)).toBe(limit);
  });
});

describe("what left Git", () => {
  test.each([
    ["nothing left", "a b", "a b", {}, "", ""],
    ["one of many goes", "a b c", "a b", {}, "c", ""],
    ["the only one goes", "a", "", {}, "a", ""],
    ["three of ten go", numbered(10), numbered(7), {}, "n7 n8 n9", ""],
    ["four of ten are held", numbered(10), numbered(6), {}, "", "n6 n7 n8 n9"],
    ["ten of a hundred go", numbered(100), numbered(90), {}, numbered(10, 90), ""],
    ["eleven of a hundred are held", numbered(100), numbered(89), {}, "", numbered(11, 89)],
    ["both of two are held", "a b", "", {}, "", "a b"],
    ["one that wants to stay stays", "a !b c", "a c", {}, "", ""],
    ["one that wants to stay does not count as gone", "!a b", "", {}, "b", ""],
    ["nothing goes after a change of url, ref or path", "a b c", "a b", { identity: "changed" }, "", "c"],
    ["nothing goes when it is not known what was before", "a", "", { identity: "unknown" }, "", "a"],
    ["an empty revision proves nothing", "a b c", "", { completeness: "empty" }, "", ""],
    ["a revision read in part proves nothing", "a b c", "a b", { completeness: "partial" }, "", ""],
    ["what is held stays held, however few", "a b c d e f", "a b c d e", { hold: holdOf("e f") }, "", "f"],
    ["the last held one ends the hold by coming back", "a b c", "a b c", { hold: holdOf("c") }, "", ""],
    ["others may go beside a hold", "a b c d e f", "a b c d", { hold: holdOf("f") }, "e", "f"],
    ["too many join the hold", numbered(7), numbered(3), { hold: holdOf("n3") }, "", "n3 n4 n5 n6"],
    ["the last one beside a hold joins it", "a b", "", { hold: holdOf("a") }, "", "a b"],
    ["one that was deleted by hand leaves the hold", "a b c", "a", { hold: holdOf("b c x") }, "", "b c"],
    [
      "an empty revision keeps the hold",
      "a b c",
      "",
      { completeness: "empty", hold: holdOf("b c") },
      "",
      "b c",
    ],
  ] as const)("%s", (_name, live, declared, options, remove, held) => {
    const result = plan(live, declared, options as Partial<RemovalInput>);
    expect([result.remove, result.held]).toEqual([remove, held]);
  });
});

describe("a hold", () => {
  test.each([
    [{}, numbered(6), "4 of 10 instances left Git at once, more than the 3 that may go unasked"],
    [{}, "", "all 10 instances of the source left Git"],
    [{ identity: "changed" }, numbered(9), "url, ref or path of the source changed"],
    [{ identity: "unknown" }, numbered(9), "it is not known what the source held before"],
  ] as const)("says why (%#)", (options, declared, reason) => {
    expect(plan(numbered(10), declared, options).reason).toBe(reason);
  });

  test("keeps its id while it shrinks, and gets a new one when it grows", () => {
    const before = holdOf("d e f g");
    const live = "a b c d e f g h i";
    expect(plan(live, "a b c d h i", { hold: before }).id).toBe(before.id);
    expect(plan(live, "a b", { hold: before }).id).not.toBe(before.id);
  });

  test("an unread revision says that something is missing", () => {
    expect(plan("a b", "a", { completeness: "partial" }).blocked).toBe(
      "1 instance left Git; nothing is removed, as the revision could not be read whole",
    );
  });
});
