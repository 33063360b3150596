import { describe, expect, test } from "vitest";
import { formatIssue } from "../../src/base/issue.ts";
import type { OperatorPackage } from "../../src/package/operatorPackage.ts";
import { fromOperatorVersion, toOperatorVersion } from "../../src/package/operatorVersion.ts";
import { parseParameterFile } from "../../src/package/parameterFiles.ts";
import { typeProblem } from "../../src/package/parameterType.ts";
import {
  freezeImmutable,
  resolveParameters,
  storedParameters,
  validateParameters,
} from "../../src/package/parameterValues.ts";
import { load, loadGood } from "./smallPackage.ts";

/** The package's parameters as `params.yaml` has them: one definition, without its name. */
async function packageOf(definition: string, name = "P"): Promise<OperatorPackage> {
  const { pkg } = await loadGood({ "params.yaml": `parameters:\n  - {name: ${name}, ${definition}}\n` });
  return pkg;
}

describe("fields of a parameter", () => {
  test.each<[string, string, Record<string, unknown>]>([
    ["§2.1 required: true when omitted", "default: a", { required: true }],
    ["§2.1 required: false", "required: no", { required: false }],
    [
      "§2.1 displayName, description, hint",
      "displayName: D, description: d, hint: h",
      {
        displayName: "D",
        description: "d",
        hint: "h",
      },
    ],
    ["§2.1 trigger", "trigger: deploy", { trigger: "deploy" }],
    ["§2.1 type: text when omitted", "default: a", { type: "" }],
    ["§2.1 immutable: false when omitted", "default: a", { immutable: false }],
    ["§2.1 immutable", "default: a, immutable: on", { immutable: true }],
    [
      "§2.1 enum: every entry converted like a default",
      "enum: [1, yes, 1000000, x]",
      {
        enum: ["1", "true", "1000000", "x"],
      },
    ],
    [
      "§2.1 enum of an array: the YAML text of each",
      "type: array, enum: [[1, b], []]",
      {
        enum: ["- 1\n- b\n", "[]\n"],
      },
    ],
    ["§2.1 enum of a map: sorted keys", "type: map, enum: [{b: 1, a: 2}]", { enum: ["a: 2\nb: 1\n"] }],
    ["§2.1 advanced", "default: a, advanced: true", { advanced: true }],
  ])("%s", async (_rule, definition, expected) => {
    const [parameter] = (await packageOf(definition)).parameters;
    expect(parameter).toMatchObject(expected);
  });

  test("§2.1 groups of params.yaml are read and stored nowhere", async () => {
    const { pkg } = await loadGood({
      "params.yaml":
        "groups: [{name: net, displayName: Net, description: d, prio: 2}]\nparameters: [{name: P, group: net, default: a}]\n",
    });
    expect(pkg.groups).toEqual([{ name: "net", displayName: "Net", description: "d", prio: 2 }]);
    expect(pkg.parameters[0]?.group).toBe("net");
    expect(JSON.stringify(toOperatorVersion(pkg, "ns"))).not.toContain("net");
  });

  test("§1.6 group, hint and advanced are dropped from the OperatorVersion, type is its value-type", async () => {
    const pkg = await packageOf(
      "type: integer, default: 3, hint: h, advanced: yes, trigger: deploy, immutable: yes",
    );
    const object = toOperatorVersion(pkg, "ns");
    expect(object.spec).toMatchObject({
      parameters: [
        {
          name: "P",
          required: true,
          default: "3",
          trigger: "deploy",
          "value-type": "integer",
          immutable: true,
        },
      ],
    });
    const stored = (object.spec as { parameters: Record<string, unknown>[] }).parameters[0] ?? {};
    expect(Object.keys(stored).filter((key) => ["group", "hint", "advanced", "type"].includes(key))).toEqual(
      [],
    );
  });

  test("§2.2 a single-encoded list in a hand-written OperatorVersion is right", () => {
    const read = fromOperatorVersion({
      apiVersion: "kudo.dev/v1beta1",
      kind: "OperatorVersion",
      metadata: { name: "o-1" },
      spec: {
        operator: { name: "o" },
        version: "1",
        parameters: [{ name: "PORTS", "value-type": "array", default: "[ 80 ]" }],
      },
    });
    if ("problem" in read) throw new Error(read.problem);
    expect(resolveParameters(read.pkg, {})).toEqual({ values: { PORTS: [80] } });
  });
});

describe("the value that templates see", () => {
  test.each<[string, string, Record<string, string>, unknown]>([
    ["§2.2-A an absent default of an array is null, so required is satisfied", "type: array", {}, []],
    ["§2.2-A an absent default of a map is null", "type: map", {}, null],
    ["§2.2-A a quoted value is verbatim", 'default: "1e+06"', {}, "1e+06"],
    ["§2.2-A a large whole number prints plainly (mended)", "default: 123456789", {}, "123456789"],
    ["§2.2-A a fraction beyond a million prints as Go does", "default: 1234567.5", {}, "1.2345675e+06"],
    ["§2.2-A 0777 is octal", "default: 0777", {}, "511"],
    ["§2.2-A yes is true", "default: yes", {}, "true"],
    ["§2.2-A a map under another type prints in Go syntax", "default: {a: 1}", {}, "map[a:1]"],
    ["§2.2-A a list under another type prints in Go syntax", "default: [1, 2]", {}, "[1 2]"],
    ["§2.2-B the key of the instance counts, even when empty", "default: a", { P: "" }, ""],
    ["§2.2-B else the default", "default: a", {}, "a"],
    ["§2.2-B else nothing", "required: no", {}, ""],
    ["§2.2-C a boolean stays text", "type: boolean, default: false", {}, "false"],
    ["§2.2-C an integer stays text", "type: integer, default: 3", {}, "3"],
    ["§2.2-C a number stays text", "type: number, default: 1.10", {}, "1.1"],
    ["§2.2-C an unknown type stays text", "type: int, default: 3", {}, "3"],
    ["§2.2-C a map that is text is not refused here", "type: map", { P: "plain" }, "plain"],
    ["§2.2-C an empty map is nothing", "type: map, default: {a: 1}", { P: "" }, null],
    ["§2.2-C a null map is nothing", "type: map, default: {a: 1}", { P: "null" }, null],
    ["§2.2-C an empty array is empty", "type: array, default: [1]", { P: "" }, []],
    ["§2.2-C a null array is empty", "type: array, default: [1]", { P: "null" }, []],
    ["§2.2-C what the command line gives", "type: array", { P: "[80,443]" }, [80, 443]],
  ])("%s", async (_rule, definition, given, expected) => {
    expect(resolveParameters(await packageOf(definition), given)).toEqual({ values: { P: expected } });
  });

  test.each<[string, string, Record<string, string>]>([
    ["§2.2 a default of an array that is text is quoted again", 'type: array, default: "[ 80 ]"', {}],
    ["§2.2-C a value that is no list", "type: array", { P: "{a: 1}" }],
  ])("%s: no list", async (_rule, definition, given) => {
    const result = resolveParameters(await packageOf(definition), given);
    expect(result).toEqual({ problems: ["parameter P: the value is not a list"] });
  });

  test("§2.2-B keys that the OperatorVersion does not define are invisible", async () => {
    expect(resolveParameters(await packageOf("default: a"), { Q: "1" })).toEqual({ values: { P: "a" } });
  });
});

describe("types", () => {
  const NUMBERS = [
    "1e3",
    "Inf",
    "-inf",
    "+Infinity",
    "NaN",
    ".5",
    "5.",
    "1_000",
    "1e1_0",
    "0x1p4",
    "0x_1p4",
    "1e-999",
  ];
  const NO_NUMBERS = [
    "+nan",
    "1e999",
    "1e",
    "0x10",
    "0b11",
    "1__0",
    "_1",
    "1_",
    " 1",
    "1 ",
    "1.5.2",
    ".",
    "infinit",
  ];
  test.each<[string, string, readonly string[], readonly string[]]>([
    ["§2.3 string: anything", "string", ["a", "1", "[1"], []],
    [
      "§2.3 integer: base 10, signed, 64 bits",
      "integer",
      ["+5", "-0", "007", "-9223372036854775808"],
      ["1_0", "0x10", " 5", "1.0", "-9223372036854775809"],
    ],
    ["§2.3 number: as Go reads a float of 64 bits", "number", NUMBERS, NO_NUMBERS],
    [
      "§2.3 boolean: Go's spellings",
      "boolean",
      ["1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"],
      ["yes", "on", "tRUE", "2"],
    ],
    ["§2.3 array: text that is a list", "array", ["[1]", "- a\n- b", "null"], ["a", "{a: 1}", "[1"]],
    ["§2.3 map: text that is a mapping", "map", ["{a: 1}", "a: 1"], ["a", "[1]"]],
    ["§2.3 an unknown type: everything", "list", ["a", "{", "1"], []],
  ])("%s", (_rule, type, good, bad) => {
    expect(good.filter((value) => typeProblem(value, type) !== undefined)).toEqual([]);
    expect(bad.filter((value) => typeProblem(value, type) === undefined)).toEqual([]);
  });
});

describe("what an instance may have", () => {
  test.each<[string, string, Record<string, string>, string | undefined]>([
    ["§2.3 required, no default, no value", "required: yes", {}, "a value is required"],
    ["§2.3 required, no default, the empty value", "required: yes", { P: "" }, "a value is required"],
    ["§2.3 an empty value is fine and unchecked", "type: integer, default: 1", { P: "" }, undefined],
    ["§2.3 an empty value is not held against the enum", "default: a, enum: [a]", { P: "" }, undefined],
    ["§2.3 a default of the wrong type is not looked at here", "type: integer, default: x", {}, undefined],
    ["§2.3 the type", "type: integer", { P: "x" }, '"x" is not an integer'],
    ["§2.3 the enum, by its text", "enum: [1, 2]", { P: "3" }, '"3" is not one of "1", "2"'],
    ["§2.3 an enum of arrays, by YAML text", "type: array, enum: [[1, 2]]", { P: "- 1\n- 2\n" }, undefined],
    [
      "§2.3 an enum of arrays, written otherwise (KUDO: refused)",
      "type: array, enum: [[1]]",
      { P: "[1]" },
      undefined,
    ],
    ["§2.3 an enum of arrays, another list", "type: array, enum: [[1]]", { P: "[2]" }, "is not one of"],
    [
      "§2.3 an enum of maps, by YAML text",
      "type: map, enum: [{b: 1, a: 2}]",
      { P: "a: 2\nb: 1\n" },
      undefined,
    ],
    ["§2.3 create: keys that are not known are accepted", "default: a", { OTHER: "x" }, undefined],
  ])("%s", async (_rule, definition, given, problem) => {
    const problems = validateParameters(await packageOf(definition), given).join();
    if (problem === undefined) expect(problems).toBe("");
    else expect(problems).toContain(problem);
  });
});

describe("immutable parameters", () => {
  const MUTABLE = "default: 1";
  const IMMUTABLE = "default: 1, immutable: yes";
  const NO_DEFAULT = "required: no, immutable: yes";
  interface Before {
    readonly definition: string;
    readonly parameters: Record<string, string>;
    readonly frozen?: readonly string[];
  }
  test.each<[string, Before, string, Record<string, string>, string | undefined]>([
    [
      "§2.5 update: changed",
      { definition: IMMUTABLE, parameters: { P: "1" } },
      IMMUTABLE,
      { P: "2" },
      "is immutable",
    ],
    [
      "§2.5 update: added",
      { definition: NO_DEFAULT, parameters: {} },
      NO_DEFAULT,
      { P: "2" },
      "is immutable",
    ],
    [
      "§2.5 update: unchanged",
      { definition: IMMUTABLE, parameters: { P: "2" } },
      IMMUTABLE,
      { P: "2" },
      undefined,
    ],
    ["§2.5 update: removed", { definition: IMMUTABLE, parameters: { P: "2" } }, IMMUTABLE, {}, undefined],
    [
      "§2.5 upgrade: it becomes immutable, not given",
      { definition: MUTABLE, parameters: {} },
      `${IMMUTABLE}, description: v2`,
      {},
      "must be given",
    ],
    [
      "§2.5 upgrade: it becomes immutable, stored value",
      { definition: MUTABLE, parameters: { P: "3" } },
      `${IMMUTABLE}, description: v2`,
      { P: "3" },
      undefined,
    ],
    [
      "§2.5 upgrade: it becomes immutable again, frozen value",
      { definition: MUTABLE, parameters: { P: "3" }, frozen: ["P"] },
      `${IMMUTABLE}, description: v2`,
      {},
      undefined,
    ],
    [
      "§2.5 upgrade: new and immutable, with a default",
      { definition: "default: 1, displayName: other", parameters: {} },
      `${IMMUTABLE}, description: v2`,
      {},
      "must be given",
    ],
    [
      "§2.5 upgrade: immutable to mutable is free",
      { definition: IMMUTABLE, parameters: { P: "1" } },
      `${MUTABLE}, description: v2`,
      { P: "7" },
      undefined,
    ],
    [
      "§2.5 upgrade: immutable in both, not checked",
      { definition: IMMUTABLE, parameters: { P: "1" } },
      `${IMMUTABLE}, description: v2`,
      { P: "7" },
      undefined,
    ],
    [
      "§2.5 upgrade: another content under one version is one",
      { definition: IMMUTABLE, parameters: { P: "1" } },
      `${IMMUTABLE}, trigger: deploy`,
      { P: "7" },
      undefined,
    ],
  ])("%s", async (_rule, { definition, parameters, frozen = [] }, next, given, problem) => {
    const before = await packageOf(definition);
    const pkg = await packageOf(next);
    const stored = storedParameters(pkg, given, { parameters, frozen });
    const problems = validateParameters(pkg, stored, { previous: { pkg: before, parameters } }).join();
    if (problem === undefined) expect(problems).toBe("");
    else expect(problems).toContain(problem);
  });

  test.each<
    [
      string,
      string,
      Record<string, string>,
      { parameters: Record<string, string>; frozen?: readonly string[] } | undefined,
      Record<string, string>,
    ]
  >([
    ["§2.5 create: the default is frozen", IMMUTABLE, {}, undefined, { P: "1" }],
    ["§2.5 create: the given value stands", IMMUTABLE, { P: "2" }, undefined, { P: "2" }],
    ["§2.5 create: without default and value there is none", NO_DEFAULT, {}, undefined, {}],
    ["§2.5 create: a mutable one is not frozen", MUTABLE, {}, undefined, {}],
    [
      "§2.5 later: a new default does not change it",
      IMMUTABLE,
      {},
      { parameters: { P: "0" }, frozen: ["P"] },
      { P: "0" },
    ],
    [
      "§2.5 later: taken away, the accepted value stays (mended)",
      IMMUTABLE,
      {},
      { parameters: { P: "5" } },
      { P: "5" },
    ],
    [
      "§2.5 later: mutable now, the frozen value stays",
      MUTABLE,
      {},
      { parameters: { P: "0" }, frozen: ["P"] },
      { P: "0" },
    ],
    [
      "§2.5 later: mutable now, and given",
      MUTABLE,
      { P: "4" },
      { parameters: { P: "0" }, frozen: ["P"] },
      { P: "4" },
    ],
    [
      "§2.5 later: mutable and never frozen falls back to the default",
      MUTABLE,
      {},
      { parameters: { P: "0" } },
      {},
    ],
  ])("%s", async (_rule, definition, given, before, expected) => {
    expect(freezeImmutable(await packageOf(definition), given, before)).toEqual(expected);
  });

  test("§2.5 a frozen value goes with its parameter", async () => {
    const pkg = await packageOf("default: 1", "OTHER");
    expect(freezeImmutable(pkg, {}, { parameters: { P: "0" }, frozen: ["P"] })).toEqual({});
  });
});

describe("parameter files", () => {
  test.each<[string, string, Record<string, string>]>([
    ["§2.6 text is verbatim", "P: '007'", { P: "007" }],
    [
      "§2.6 numbers print as defaults do",
      "P: 1000000\nQ: 1.10\nR: 0777",
      { P: "1000000", Q: "1.1", R: "511" },
    ],
    ["§2.6 booleans", "P: on", { P: "true" }],
    [
      "§2.6 maps and lists become YAML text",
      "P: {b: 1, a: [x]}\nQ: [1]",
      { P: "a:\n- x\nb: 1\n", Q: "- 1\n" },
    ],
    ["§2.6 the empty text", 'P: ""', { P: "" }],
  ])("%s", (_rule, text, expected) => {
    const { values, issues } = parseParameterFile(text, "p.yaml");
    expect(issues).toEqual([]);
    expect(values).toEqual(expected);
  });

  test.each<[string, string, readonly string[]]>([
    ["§2.6 null is an error; all errors are told together", "P:\nQ: ~", ["P", "Q"]],
    ["§2.6 a list is no parameter file", "- P", ["mapping"]],
    ["§2.6 text that is no YAML", "P: [", ["p.yaml"]],
  ])("%s", (_rule, text, words) => {
    const told = parseParameterFile(text, "p.yaml").issues.map(formatIssue).join("\n");
    for (const word of words) expect(told).toContain(word);
  });
});

describe("shapes of params.yaml", () => {
  test.each<[string, string, string]>([
    ["§1.5 an empty file: no parameters", "", ""],
    ["§1.5 parameters: null", "parameters:\n", ""],
    ["§1.5 a bare list is an error", "- name: P\n", "package.paramsList"],
    [
      "§1.5 a mapping of names is an error (KUDO: no parameters)",
      "P: {default: 1}\n",
      "package.paramsMapping",
    ],
    ["§1.5 another apiVersion is an error", "apiVersion: kudo.dev/v2\nparameters: []\n", "apiVersion"],
  ])("%s", async (_rule, text, code) => {
    const { loaded, issues } = await load({ "params.yaml": text, "templates/app.yaml": "" });
    if (code === "") expect(loaded?.pkg.parameters).toEqual([]);
    else expect(issues.map((issue) => `${issue.code} ${formatIssue(issue)}`).join()).toContain(code);
  });
});
