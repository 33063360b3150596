import { describe, expect, test } from "vitest";
import type { OperatorPackage } from "../../src/package/operatorPackage.ts";
import { freezeImmutable, resolveParameters, validateParameters } from "../../src/package/parameterValues.ts";
import { loadGood } from "./smallPackage.ts";

/** A package with these parameters, as YAML of a list. */
async function packageWith(parameters: string, version = "0.1.0"): Promise<OperatorPackage> {
  const list = parameters.trim().replaceAll("\n", "\n  ");
  const { pkg } = await loadGood({ "params.yaml": `parameters:\n  ${list}\n` });
  return { ...pkg, operatorVersion: version };
}

test.each([
  ["text stays text", "- {name: P, type: integer, default: 3}", {}, { P: "3" }],
  ["the instance wins over the default", "- {name: P, default: 3}", { P: "4" }, { P: "4" }],
  ["the empty text wins too", "- {name: P, default: 3}", { P: "" }, { P: "" }],
  ["nothing is the empty text", "- {name: P}", {}, { P: "" }],
  ["what is not defined is left out", "- {name: P}", { Q: "1" }, { P: "" }],
  ["booleans stay text", "- {name: P, type: boolean, default: no}", {}, { P: "false" }],
  ["an array becomes a list", "- {name: P, type: array}", { P: "[80, a]" }, { P: [80, "a"] }],
  ["an array without a value is empty", "- {name: P, type: array}", {}, { P: [] }],
  ["a map becomes a mapping", "- {name: P, type: map, default: {a: {b: [1]}}}", {}, { P: { a: { b: [1] } } }],
  ["a map without a value is nothing", "- {name: P, type: map}", {}, { P: null }],
  ["a map may be anything", "- {name: P, type: map}", { P: "x" }, { P: "x" }],
])("%s", async (_name, parameters, given, values) => {
  expect(resolveParameters(await packageWith(parameters), given)).toEqual({ values });
});

test.each([
  ["a mapping for an array", { P: "{a: 1}" }, "parameter P: the value is not a list"],
  ["broken YAML for an array", { P: "[1" }, "parameter P: the value is not YAML"],
])("%s is a problem", async (_name, given, problem) => {
  const result = resolveParameters(
    await packageWith("- {name: P, type: array}"),
    given as Record<string, string>,
  );
  expect("problems" in result && result.problems.join()).toContain(problem);
});

describe("validateParameters", () => {
  test.each<[string, string, Record<string, string>, readonly string[]]>([
    ["an integer", "type: integer", { P: "-12" }, []],
    ["an integer of 64 bits", "type: integer", { P: "9223372036854775807" }, []],
    [
      "an integer beyond 64 bits",
      "type: integer",
      { P: "9223372036854775808" },
      ['"9223372036854775808" is not an integer'],
    ],
    ["a fraction for an integer", "type: integer", { P: "1.5" }, ['"1.5" is not an integer']],
    ["a number with an exponent", "type: number", { P: "1e3" }, []],
    ["infinity as a number", "type: number", { P: "Inf" }, []],
    ["a word for a number", "type: number", { P: "ten" }, ['"ten" is not a number']],
    ["a point for a number", "type: number", { P: "." }, ['"." is not a number']],
    ["T as a boolean", "type: boolean", { P: "T" }, []],
    ["yes as a boolean", "type: boolean", { P: "yes" }, ['"yes" is not a boolean; write true or false']],
    ["a list", "type: array", { P: "[1]" }, []],
    ["text for a list", "type: array", { P: "a" }, ["the value is not a list"]],
    ["a list for a map", "type: map", { P: "[1]" }, ["the value is not a mapping"]],
    ["anything of an unknown type", "type: int", { P: "x" }, []],
    ["an empty value", "type: integer, default: 1", { P: "" }, []],
    [
      "a required value that is missing",
      "required: true",
      {},
      ["a value is required and there is no default"],
    ],
    ["required when not said otherwise", "type: string", {}, ["a value is required and there is no default"]],
    ["a value that is not required", "required: false", {}, []],
    ["an array, whose default is there", "type: array", {}, []],
    ["a value of the enum", "enum: [a, b]", { P: "b" }, []],
    ["a value outside the enum", "enum: [a, b]", { P: "c" }, ['"c" is not one of "a", "b"']],
    ["a list of the enum, written otherwise", "type: array, enum: [[1, 2]]", { P: "[1,2]" }, []],
  ])("%s", async (_name, definition, given, expected) => {
    const pkg = await packageWith(`- {name: P, ${definition}}`);
    expect(validateParameters(pkg, given)).toEqual(expected.map((problem) => `parameter P: ${problem}`));
  });

  const A = "- {name: A, default: 1}\n- {name: I, default: 1, immutable: true}";
  const immutable = "parameter I: it is immutable and cannot change after the installation";
  test.each<[string, Record<string, string>, Record<string, string>, readonly string[]]>([
    ["nothing changes", { A: "1" }, { A: "1" }, []],
    ["a parameter changes", { A: "1" }, { A: "2" }, []],
    ["an immutable one changes", { I: "1" }, { I: "2" }, [immutable]],
    ["an immutable one is added", {}, { I: "2" }, [immutable]],
    ["an immutable one is written out as it was", {}, { I: "1" }, []],
    ["an immutable one is taken away", { I: "2" }, {}, []],
    [
      "an unknown one is added",
      {},
      { AA: "1" },
      ['parameter AA: demo-0.1.0 does not have it; did you mean "A"?'],
    ],
    ["an unknown one stays", { X: "1" }, { X: "1" }, []],
  ])("%s in an instance", async (_name, before, after, expected) => {
    const pkg = await packageWith(A);
    expect(validateParameters(pkg, after, { previous: { pkg, parameters: before } })).toEqual(expected);
  });

  const becomes = "parameter I: it becomes immutable with this version and must be given a value";
  test.each<[string, string, Record<string, string>, readonly string[]]>([
    ["a parameter becomes immutable and is not given", "- {name: I, default: 1}", {}, [becomes]],
    ["a parameter becomes immutable and is given", "- {name: I, default: 1}", { I: "1" }, []],
    ["an immutable parameter is new and not given", "- {name: A}", {}, [becomes]],
    ["it was immutable before", "- {name: I, default: 1, immutable: true}", { I: "9" }, []],
  ])("upgrade: %s", async (_name, old, parameters, expected) => {
    const pkg = await packageWith("- {name: I, default: 1, immutable: true}", "0.2.0");
    const previous = { pkg: await packageWith(old), parameters: {} };
    expect(validateParameters(pkg, parameters, { previous })).toEqual(expected);
  });
});

test.each([
  ["the default, at first", {}, undefined, { I: "1" }],
  ["what was accepted, later", {}, { parameters: { I: "5" } }, { I: "5" }],
  ["what the instance says", { I: "7" }, { parameters: { I: "5" } }, { I: "7" }],
])("an immutable parameter keeps %s", async (_name, parameters, accepted, expected) => {
  const pkg = await packageWith("- {name: A, default: 1}\n- {name: I, default: 1, immutable: true}");
  expect(freezeImmutable(pkg, parameters, accepted)).toEqual(expected);
});
