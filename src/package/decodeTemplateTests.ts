import type { Issue } from "../base/issue.ts";
import { didYouMean } from "../base/nearest.ts";
import { isJsonObject, type JsonValue } from "../object/json.ts";
import { parsePointer } from "../object/jsonPointer.ts";
import type { ParsedDocument } from "../yaml/parseYaml.ts";
import { issueAt, type YamlPath } from "../yaml/positionOf.ts";
import type { OperatorPackage } from "./operatorPackage.ts";
import { instanceText } from "./parameterText.ts";
import type { PlanPlace } from "./placeOfTemplate.ts";
import { describe, type ObjectReader, readObject } from "./readObject.ts";
import type {
  CountExpectation,
  DeletionExpectation,
  ObjectExpectation,
  TemplateTest,
  TextCheck,
  TextExpectation,
} from "./templateTest.ts";

const TEST_FIELDS = [
  ...["name", "instance", "namespace", "parameters", "plan", "phase", "step"],
  ...["renders", "objects", "count", "deletes", "fails"],
];
const TEXT_FIELDS = ["template", "contains", "lacks", "equals", "matches", "absent"];
const OBJECT_FIELDS = ["apiVersion", "kind", "name", "has", "at", "absent"];

/**
 * Reads a file of tests (docs/reference/template-tests.md). Everything is an error: a mistyped expectation must not pass
 * for one that holds.
 */
export function decodeTemplateTests(
  document: ParsedDocument,
  pkg: OperatorPackage,
): { readonly tests: readonly TemplateTest[]; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const root = readObject(document, [], document.value, issues);
  root?.warnUnknown(["tests"], "a file of tests");
  const decoder = new Decoder(document, pkg, issues);
  const tests = root?.objects("tests").map((reader) => decoder.test(reader)) ?? [];
  if (root && tests.length === 0 && issues.length === 0)
    decoder.problem([], "there is no test here", "put them in a list under the key tests");
  return { tests, issues: issues.map((issue) => ({ ...issue, severity: "error" })) };
}

class Decoder {
  readonly #document: ParsedDocument;
  readonly #pkg: OperatorPackage;
  readonly #issues: Issue[];

  constructor(document: ParsedDocument, pkg: OperatorPackage, issues: Issue[]) {
    this.#document = document;
    this.#pkg = pkg;
    this.#issues = issues;
  }

  problem(path: YamlPath, message: string, hint?: string, part: "key" | "value" = "value"): void {
    const issue = { severity: "error", code: "test.format", message, part, ...(hint && { hint }) } as const;
    this.#issues.push(issueAt(this.#document, path, issue));
  }

  test(reader: ObjectReader): TemplateTest {
    reader.warnUnknown(TEST_FIELDS, "a test");
    const name = reader.text("name");
    if (!name) this.problem(reader.path, "the test has no name");
    const fails = reader.text("fails");
    const test: TemplateTest = {
      name: name ?? "",
      path: reader.path,
      instance: reader.text("instance"),
      namespace: reader.text("namespace") ?? "default",
      parameters: this.#parameters(reader),
      place: this.#place(reader),
      renders: reader.objects("renders").map((item) => this.#text(item)),
      objects: reader.objects("objects").map((item) => this.#object(item)),
      counts: this.#counts(reader),
      deletes: this.#deletions(reader),
      fails: fails === undefined ? undefined : { path: reader.pathOf("fails"), message: fails },
    };
    const { renders, objects, counts, deletes } = test;
    if (renders.length + objects.length + counts.length + deletes.length === 0 && fails === undefined)
      this.problem(
        reader.path,
        "the test expects nothing",
        `it can have ${TEST_FIELDS.slice(-5).join(", ")}`,
      );
    return test;
  }

  #parameters(reader: ObjectReader): Readonly<Record<string, string>> {
    const given = reader.object("parameters");
    const names = this.#pkg.parameters.map(({ name }) => name);
    const parameters: Record<string, string> = {};
    for (const [name, value] of Object.entries(given?.value ?? {})) {
      const path = [...(given?.path ?? []), name];
      if (!names.includes(name))
        this.problem(
          path,
          `the package has no parameter ${name}${didYouMean(name, names)}`,
          undefined,
          "key",
        );
      const text = value === undefined ? undefined : instanceText(value);
      if (text === undefined) this.problem(path, `${name} has no value`);
      else parameters[name] = text;
    }
    return parameters;
  }

  #place(reader: ObjectReader): Partial<PlanPlace> {
    const [plan, phase, step] = [reader.text("plan"), reader.text("phase"), reader.text("step")];
    const plans = [...this.#pkg.plans.values()].filter(({ name }) => name === (plan ?? "deploy"));
    const phases = plans.flatMap((candidate) => candidate.phases);
    const inPhase = phases.filter(({ name }) => phase === undefined || name === phase);
    this.#known(reader, "plan", plan, [...this.#pkg.plans.keys()]);
    this.#known(
      reader,
      "phase",
      phase,
      phases.map(({ name }) => name),
    );
    this.#known(
      reader,
      "step",
      step,
      inPhase.flatMap(({ steps }) => steps.map(({ name }) => name)),
    );
    return { ...(plan && { plan }), ...(phase && { phase }), ...(step && { step }) };
  }

  #known(reader: ObjectReader, field: string, name: string | undefined, names: readonly string[]): void {
    if (name === undefined || names.includes(name)) return;
    this.problem(reader.pathOf(field), `there is no ${field} '${name}'${didYouMean(name, names)}`);
  }

  #text(reader: ObjectReader): TextExpectation {
    reader.warnUnknown(TEXT_FIELDS, "an expectation of a text");
    const template = this.#required(reader, "template");
    const keys = [...this.#pkg.templates.keys()];
    if (template !== "" && !keys.includes(template))
      this.problem(
        reader.pathOf("template"),
        `the package has no template ${template}${didYouMean(template, keys)}`,
      );
    const checks: TextCheck[] = [];
    for (const kind of ["contains", "lacks"] as const)
      for (const { path, text } of this.#texts(reader, kind)) checks.push({ kind, path, text });
    const equals = reader.text("equals");
    if (equals !== undefined) checks.push({ kind: "equals", path: reader.pathOf("equals"), text: equals });
    for (const { path, text } of this.#texts(reader, "matches")) {
      const pattern = this.#pattern(path, text);
      if (pattern) checks.push({ kind: "matches", path, pattern });
    }
    const isAbsent = reader.flag("absent");
    if (isAbsent !== undefined) checks.push({ kind: "absent", path: reader.pathOf("absent"), isAbsent });
    if (checks.length === 0)
      this.problem(
        reader.path,
        "nothing is expected of the text",
        `it can have ${TEXT_FIELDS.slice(1).join(", ")}`,
      );
    return { path: reader.path, template, checks };
  }

  #pattern(path: YamlPath, text: string): RegExp | undefined {
    try {
      return new RegExp(text, "mu");
    } catch (error) {
      this.problem(
        path,
        `this is no regular expression: ${String((error as Error).message).replace(/^.*: /, "")}`,
      );
      return undefined;
    }
  }

  /** One text, or a list of them. */
  #texts(reader: ObjectReader, field: string): readonly { readonly path: YamlPath; readonly text: string }[] {
    const path = reader.pathOf(field);
    if (!Array.isArray(reader.any(field))) {
      const text = reader.text(field);
      return text === undefined ? [] : [{ path, text }];
    }
    return reader.texts(field).map((text, index) => ({ path: [...path, index], text }));
  }

  #object(reader: ObjectReader): ObjectExpectation {
    reader.warnUnknown(OBJECT_FIELDS, "an expectation of an object");
    const at: Record<string, JsonValue> = {};
    const pointers = reader.object("at");
    for (const [pointer, value] of Object.entries(pointers?.value ?? {})) {
      if (parsePointer(pointer) !== undefined && pointer !== "") at[pointer] = value ?? null;
      else
        this.problem(
          [...(pointers?.path ?? []), pointer],
          `"${pointer}" is no pointer`,
          "a pointer begins with /, as /spec/replicas",
          "key",
        );
    }
    const isAbsent = reader.flag("absent") ?? false;
    const has = reader.object("has")?.value;
    if (isAbsent && (has || pointers)) this.problem(reader.path, "what is absent has no fields");
    return {
      path: reader.path,
      apiVersion: reader.text("apiVersion"),
      kind: this.#required(reader, "kind"),
      name: this.#required(reader, "name"),
      isAbsent,
      has,
      at,
    };
  }

  #required(reader: ObjectReader, field: string): string {
    const text = reader.text(field);
    if (!text) this.problem(reader.path, `${field} is missing`);
    return text ?? "";
  }

  /** A number for all, or a mapping from kinds to numbers. */
  #counts(reader: ObjectReader): readonly CountExpectation[] {
    const given = reader.any("count");
    const path = reader.pathOf("count");
    if (given === undefined) return [];
    const entries: readonly (readonly [string | undefined, YamlPath, JsonValue | undefined])[] = isJsonObject(
      given,
    )
      ? Object.entries(given).map(([kind, count]) => [kind, [...path, kind], count] as const)
      : [[undefined, path, given]];
    return entries.flatMap(([kind, at, count]) => {
      if (Number.isInteger(count) && (count as number) >= 0)
        return [{ path: at, kind, count: count as number }];
      this.problem(at, `count must be a number, or a mapping from kinds to numbers, not ${describe(count)}`);
      return [];
    });
  }

  #deletions(reader: ObjectReader): readonly DeletionExpectation[] {
    return this.#texts(reader, "deletes").flatMap(({ path, text }) => {
      const [kind, name, ...rest] = text.split("/");
      if (kind && name && rest.length === 0) return [{ path, kind, name }];
      this.problem(path, `"${text}" is no object`, "write Kind/name");
      return [];
    });
  }
}
