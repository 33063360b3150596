import { expect, test } from "vitest";
import {
  archiveName,
  findEntry,
  type IndexEntry,
  indexOf,
  mergeIndexes,
  parseIndex,
  printIndex,
} from "../../src/repository/repositoryIndex.ts";

const entry = (operatorVersion: string, appVersion?: string, name = "kafka"): IndexEntry => ({
  name,
  operatorVersion,
  ...(appVersion && { appVersion }),
  maintainers: [],
  urls: [`${name}-${appVersion ?? ""}${operatorVersion}.tgz`],
});
const index = indexOf(
  [
    entry("0.9.0", "2.4"),
    entry("0.10.0", "2.4"),
    entry("1.0.0", "2.3"),
    entry("nightly", "2.4"),
    entry("0.1.0"),
  ],
  "2026-01-02T03:04:05Z",
);

test("entries are sorted newest first, by app version and then by operator version", () => {
  expect(index.entries.get("kafka")?.map((e) => `${e.appVersion ?? ""}_${e.operatorVersion}`)).toEqual([
    "2.4_0.10.0",
    "2.4_0.9.0",
    "2.4_nightly",
    "2.3_1.0.0",
    "_0.1.0",
  ]);
});

test.each([
  { name: "no wish gets the newest", wish: {}, found: "2.4_0.10.0" },
  { name: "an app version narrows", wish: { appVersion: "2.3" }, found: "2.3_1.0.0" },
  { name: "an operator version narrows", wish: { operatorVersion: "0.9.0" }, found: "2.4_0.9.0" },
  { name: "both narrow", wish: { operatorVersion: "1.0.0", appVersion: "2.4" }, found: undefined },
])("$name", ({ wish, found }) => {
  const entryFound = findEntry(index, "kafka", wish);
  expect(entryFound && `${entryFound.appVersion}_${entryFound.operatorVersion}`).toBe(found);
});

test("a withdrawn version is not found", () => {
  const withdrawn = indexOf([{ ...entry("2.0.0"), removed: true }, entry("1.0.0")], "");
  expect(findEntry(withdrawn, "kafka", {})?.operatorVersion).toBe("1.0.0");
});

test("what is printed reads back", () => {
  expect(parseIndex(printIndex(index), "index.yaml")).toEqual({ index, issues: [] });
});

test("a version may not be there twice", () => {
  expect(() => indexOf([entry("1.0.0", "2"), entry("1.0.0", "2")], "")).toThrow(
    "kafka 2_1.0.0 is there twice",
  );
});

test("in a merge the first index wins", () => {
  const first = indexOf([{ ...entry("1.0.0"), description: "ours" }], "now");
  const second = indexOf(
    [{ ...entry("1.0.0"), description: "theirs" }, entry("2.0.0"), entry("1.0.0", undefined, "zk")],
    "",
  );
  const merged = mergeIndexes(first, second);
  expect([...merged.entries.values()].flat().map((e) => [e.name, e.operatorVersion, e.description])).toEqual([
    ["kafka", "2.0.0", undefined],
    ["kafka", "1.0.0", "ours"],
    ["zk", "1.0.0", undefined],
  ]);
});

test.each([
  {
    name: "another apiVersion",
    text: "apiVersion: v2\nentries: {}\n",
    line: 1,
    column: 13,
    message: 'an index has the apiVersion v1, not "v2"',
  },
  {
    name: "no apiVersion",
    text: "entries: {}\n",
    line: 1,
    column: 1,
    message: "an index has the apiVersion v1, not null",
  },
])("$name is a located mistake", ({ text, line, column, message }) => {
  const { index: none, issues } = parseIndex(text, "index.yaml");
  expect(none).toBeUndefined();
  expect(issues).toMatchObject([{ severity: "error", file: "index.yaml", line, column, message }]);
});

test.each([
  {
    name: "an entry without urls",
    text: "apiVersion: v1\nentries:\n  zk:\n  - operatorVersion: 1.0.0\n",
    line: 4,
    column: 5,
    message: "an entry needs an operatorVersion and urls",
  },
  {
    name: "a version twice",
    text: "apiVersion: v1\nentries:\n  zk:\n  - {operatorVersion: 1.0.0, urls: [a]}\n  - {operatorVersion: 1.0.0, urls: [b]}\n",
    line: 5,
    column: 5,
    message: "1.0.0 of zk is there twice",
  },
  {
    name: "a package without a list",
    text: "apiVersion: v1\nentries:\n  zk: 5\n",
    line: 3,
    column: 7,
    message: "a package has a list of entries",
  },
])("$name is left out, the rest of the index stays", ({ text, line, column, message }) => {
  const { index: rest, issues } = parseIndex(
    `${text}  good:\n  - {operatorVersion: 1.0.0, urls: [c]}\n`,
    "index.yaml",
  );
  expect(rest?.entries.get("good")).toHaveLength(1);
  expect(issues).toMatchObject([{ severity: "warning", file: "index.yaml", line, column, message }]);
});

test.each([
  { pkg: { name: "kafka", operatorVersion: "0.1.0", appVersion: "2.4.0" }, file: "kafka-2.4.0_0.1.0.tgz" },
  { pkg: { name: "kafka", operatorVersion: "0.1.0" }, file: "kafka-0.1.0.tgz" },
])("an archive is called $file", ({ pkg, file }) => {
  expect(archiveName(pkg)).toBe(file);
});
