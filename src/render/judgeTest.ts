import { didYouMean } from "../base/nearest.ts";
import { deepEqual, isJsonObject, type JsonValue } from "../object/json.ts";
import { formatPointer, valueAtPointer } from "../object/jsonPointer.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import type {
  CountExpectation,
  ObjectExpectation,
  TemplateTest,
  TextCheck,
} from "../package/templateTest.ts";
import type { YamlPath } from "../yaml/positionOf.ts";

/** An expectation that does not hold. */
export interface Mismatch {
  /** Where the expectation stands in its document. */
  readonly path: YamlPath;
  /** Whether its key says best where: a text in a block begins on a line of its own. */
  readonly part?: "key";
  readonly message: string;
  /** Where in the object, when it is about one. */
  readonly pointer?: string;
  readonly wanted?: JsonValue;
  /** `undefined` when there is nothing. */
  readonly got?: JsonValue;
}

/** What came of the inputs of a test. */
export interface TestResult {
  /** Texts of the templates that the test names. */
  readonly texts: ReadonlyMap<string, string>;
  readonly objects: readonly KubeObject[];
  readonly deletions: readonly { readonly kind: string; readonly name: string }[];
  /** Why there is nothing more than what is here. */
  readonly failure: string | undefined;
}

/** Compares what a test expects with what came; empty when all holds. */
export function judgeTest(test: TemplateTest, result: TestResult): readonly Mismatch[] {
  const { fails } = test;
  if (fails !== undefined) {
    if (result.failure === undefined)
      return [{ path: fails.path, message: "it does not fail", wanted: fails.message }];
    if (result.failure.includes(fails.message)) return [];
    return [{ path: fails.path, message: "it fails otherwise", wanted: fails.message, got: result.failure }];
  }
  if (result.failure !== undefined) return [{ path: test.path, message: "it fails", got: result.failure }];
  return [
    ...test.renders.flatMap(({ template, checks }) => {
      const text = result.texts.get(template) ?? "";
      return checks.flatMap((check) => located(textMismatch(check, template, text)));
    }),
    ...test.objects.flatMap((expectation) => objectMismatches(expectation, result.objects)),
    ...test.counts.flatMap((expectation) => countMismatch(expectation, result.objects) ?? []),
    ...test.deletes.flatMap(({ path, kind, name }) => {
      if (result.deletions.some((ref) => ref.kind === kind && ref.name === name)) return [];
      const got = result.deletions.map((ref) => `${ref.kind}/${ref.name}`);
      return [{ path, message: `${kind}/${name} is not deleted`, wanted: `${kind}/${name}`, got }];
    }),
  ];
}

function located(mismatch: Mismatch | undefined): readonly Mismatch[] {
  if (mismatch === undefined) return [];
  return [typeof mismatch.path.at(-1) === "string" ? { ...mismatch, part: "key" } : mismatch];
}

function textMismatch(check: TextCheck, template: string, text: string): Mismatch | undefined {
  const { path } = check;
  switch (check.kind) {
    case "contains":
      if (text.includes(check.text)) return undefined;
      return { path, message: `${template} does not contain the text`, wanted: check.text, got: text };
    case "lacks":
      if (!text.includes(check.text)) return undefined;
      return { path, message: `${template} contains the text`, got: linesWith(text, check.text) };
    case "equals":
      return text === check.text ? undefined : differentText(path, template, check.text, text);
    case "matches":
      if (check.pattern.test(text)) return undefined;
      return { path, message: `${template} does not match`, wanted: check.pattern.source, got: text };
    case "absent":
      if ((text.trim() === "") === check.isAbsent) return undefined;
      return {
        path,
        message: check.isAbsent ? `${template} gives a text` : `${template} gives nothing`,
        got: text,
      };
  }
}

function linesWith(text: string, part: string): string {
  const at = text.indexOf(part);
  const end = text.indexOf("\n", at + part.length);
  return text.slice(text.lastIndexOf("\n", at) + 1, end === -1 ? undefined : end);
}

/** The first line that differs; what is alike need not be read. */
function differentText(path: YamlPath, template: string, wanted: string, got: string): Mismatch {
  const [wantedLines, gotLines] = [wanted.split("\n"), got.split("\n")];
  const count = Math.max(wantedLines.length, gotLines.length);
  for (let i = 0; i < count; i++) {
    const [left, right] = [wantedLines[i], gotLines[i]];
    if (left === right) continue;
    const message = `${template} is another text, from line ${i + 1} on`;
    return { path, message, wanted: left ?? null, ...(right !== undefined && { got: right }) };
  }
  return { path, message: `${template} is another text`, wanted, got };
}

function objectMismatches(
  expectation: ObjectExpectation,
  objects: readonly KubeObject[],
): readonly Mismatch[] {
  const { path, apiVersion, kind, name, isAbsent, has, at } = expectation;
  const found = objects.findLast(
    (object) =>
      object.kind === kind &&
      object.metadata.name === name &&
      (apiVersion === undefined || object.apiVersion === apiVersion),
  );
  const ref = `${kind}/${name}`;
  if (isAbsent) return found ? [{ path, message: `${ref} is there` }] : [];
  if (!found) {
    const names = [...new Set(objects.map((object) => `${object.kind}/${object.metadata.name}`))];
    return [{ path, message: `there is no ${ref}${didYouMean(ref, names)}`, got: names }];
  }
  return [
    ...(has ? missingFields(has, found, [...path, "has"], []) : []),
    ...Object.entries(at).flatMap(([pointer, wanted]): readonly Mismatch[] => {
      const got = valueAtPointer(found, pointer);
      if (deepEqual(wanted, got ?? null)) return [];
      return [
        { path: [...path, "at", pointer], message: "", pointer, wanted, ...(got !== undefined && { got }) },
      ];
    }),
  ].map((mismatch) => ({ ...mismatch, message: `${ref} ${mismatch.pointer}${mismatch.message}` }));
}

/** What of `wanted` is not in `got`: fields of mappings each, items of lists in any order among others. */
function missingFields(
  wanted: JsonValue,
  got: JsonValue | undefined,
  path: YamlPath,
  pointer: readonly (string | number)[],
): readonly Mismatch[] {
  if (isJsonObject(wanted) && isJsonObject(got)) {
    return Object.entries(wanted).flatMap(([key, value]) =>
      missingFields(
        value ?? null,
        Object.hasOwn(got, key) ? got[key] : undefined,
        [...path, key],
        [...pointer, key],
      ),
    );
  }
  if (Array.isArray(wanted) && Array.isArray(got)) {
    return wanted.flatMap((item: JsonValue, index) => missingItem(item, got, [...path, index], pointer));
  }
  if (deepEqual(wanted, got ?? null)) return [];
  return [{ path, message: "", pointer: formatPointer(pointer), wanted, ...(got !== undefined && { got }) }];
}

/** Nothing when an item fits. Among items with names the one of the same name is meant, and its differences are told. */
function missingItem(
  wanted: JsonValue,
  items: readonly JsonValue[],
  path: YamlPath,
  pointer: readonly (string | number)[],
): readonly Mismatch[] {
  if (items.some((item) => missingFields(wanted, item, path, pointer).length === 0)) return [];
  const name = isJsonObject(wanted) ? wanted.name : undefined;
  const namesake = items.findIndex((item) => name !== undefined && isJsonObject(item) && item.name === name);
  if (namesake !== -1) return missingFields(wanted, items[namesake], path, [...pointer, namesake]);
  return [{ path, message: " has no such item", pointer: formatPointer(pointer), wanted, got: items }];
}

function countMismatch(
  { path, kind, count }: CountExpectation,
  objects: readonly KubeObject[],
): Mismatch | undefined {
  const counted = objects.filter((object) => kind === undefined || object.kind === kind);
  if (counted.length === count) return undefined;
  const names = counted.map((object) => `${object.kind}/${object.metadata.name}`);
  const message = `${counted.length} ${kind === undefined ? "objects" : `of kind ${kind}`}: ${names.join(", ") || "none"}`;
  return { path, message, wanted: count, got: counted.length };
}
