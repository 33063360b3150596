import { expect, test } from "vitest";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import { decorate } from "../../src/render/decorate.ts";
import { kudoFunctions } from "../../src/template/functions/table.ts";
import { goValueOf } from "../../src/template/goValue.ts";
import { parseTemplate } from "../../src/template/template.ts";
import { parseObjects } from "../../src/yaml/parseObjects.ts";

const names = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "__defineGetter__",
];
const data = (): unknown => ({ M: {}, S: "text", L: [1], N: 1 });

function render(text: string): string {
  try {
    return parseTemplate("t", text, kudoFunctions).execute(goValueOf(data() as never));
  } catch (error) {
    return (error as Error).message;
  }
}

test.each(names)("the name %s means nothing on any value", (name) => {
  expect(render(`{{.${name}}}`)).toContain(`map has no entry for key "${name}"`);
  expect(render(`{{.M.${name}}}`)).toContain(`map has no entry for key "${name}"`);
  expect(render(`{{.S.${name}}}`)).toContain(`can't evaluate field ${name}`);
  expect(render(`{{.L.${name}}}`)).toContain(`can't evaluate field ${name}`);
  expect(render(`{{(add 1 2).${name}}}`)).toContain(`can't evaluate field ${name}`);
  expect(render(`{{(dict).${name}}}`)).toContain(`map has no entry for key "${name}"`);
  expect(render(`{{index .M "${name}"}}`)).toBe("<no value>");
  expect(render(`{{hasKey .M "${name}"}}{{get .M "${name}"}}{{pluck "${name}" .M}}`)).toBe("false[]");
  expect(render(`{{dig "${name}" "none" .M}}`)).toBe("none");
});

test.each(names)("a key %s is a key like any other", (name) => {
  expect(render(`{{$d := dict "${name}" 1}}{{$d.${name}}} {{keys $d}} {{toJson $d}}`)).toBe(
    `1 [${name}] {"${name}":1}`,
  );
  expect(render(`{{$d := set (dict) "${name}" (dict "polluted" 1)}}{{hasKey (dict) "polluted"}}`)).toBe(
    "false",
  );
  expect(render(`{{merge (dict) (dict "${name}" (dict "polluted" 1)) | toJson}}`)).toBe(
    `{"${name}":{"polluted":1}}`,
  );
  expect(render(`{{fromJson "{\\"${name}\\": 1}" | toJson}}`)).toBe(`{"${name}":1}`);
  expect(render(`{{define "${name}"}}x{{end}}{{template "${name}"}}`)).toBe("x");
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test.each(names)("data with a key %s stays data", (name) => {
  const json = JSON.parse(`{"${name}": {"polluted": 1}}`);
  expect(parseTemplate("t", "{{.}}", kudoFunctions).execute(goValueOf(json))).toBe(
    `map[${name}:map[polluted:1]]`,
  );
});

test.each(names.filter((name) => name !== "toString"))(
  "no function, template or variable is called %s",
  (name) => {
    expect(render(`{{${name}}}`)).toContain(`function "${name}" not defined`);
    expect(render(`{{template "${name}"}}`)).toContain(`template "${name}" not defined`);
    expect(render(`{{$${name}}}`)).toContain("undefined variable");
  },
);

test.each(["env", "expandenv", "getHostByName", "base", "dir", "clean", "ext", "isAbs", "osBase"])(
  "%s, which reaches the process, is not defined",
  (name) => expect(render(`{{${name} "x"}}`)).toBe(`template: t:1: function "${name}" not defined`),
);

test.each([
  "include",
  "tpl",
  "lookup",
  "eval",
  "require",
  "import",
  "process",
  "globalThis",
  "Function",
  "this",
])("%s, which is no function of Sprig, is not defined", (name) =>
  expect(render(`{{${name} "x"}}`)).toBe(`template: t:1: function "${name}" not defined`),
);

test.each([
  ["a constructor by call", '{{call .S.constructor "x"}}', "can't evaluate field constructor"],
  ["a function as a value", '{{$f := upper}}{{call $f "x"}}', "wrong number of args for upper"],
  ["a string as a function", '{{call "upper" "x"}}', 'non-function "upper" of type string'],
  ["a map as a function", "{{call .M}}", "non-function .M of type map[string]interface {}"],
  [
    "fields of what JavaScript makes of an int",
    "{{(len .L).toFixed}}",
    "can't evaluate field toFixed in type int",
  ],
  ["what makes our values", "{{.M.get}}", 'map has no entry for key "get"'],
  ["the list behind a list", "{{.L.items}}", "can't evaluate field items"],
  ["the type behind a time", "{{now.type}}", "can't evaluate field type in type time.Time"],
  ["the value behind a time", "{{now.value}}", "can't evaluate field value in type time.Time"],
  ["a method of JavaScript on a time", "{{now.toString}}", "can't evaluate field toString in type time.Time"],
  ["the constructor of a version", '{{(semver "1.2.3").constructor}}', "can't evaluate field constructor"],
  ["the prototype of a version", '{{(semver "1.2.3").__proto__}}', "can't evaluate field __proto__"],
  ["a list by a name", '{{index .L "constructor"}}', "cannot index slice/array with type string"],
  ["a text by a name", '{{index .S "length"}}', "cannot index slice/array with type string"],
  ["a name in a nil", '{{index nil "constructor"}}', "index of untyped nil"],
])("%s cannot be reached", (_name, text, message) => expect(render(text)).toContain(message));

const KEY = "__proto__";
const POISON = `{"${KEY}":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}`;

test.each([
  [
    "set",
    `{{$d := dict}}{{$_ := set $d "${KEY}" (dict "polluted" 1)}}{{get $d "polluted"}}|{{len $d}}`,
    "|1",
  ],
  ["unset", `{{$d := dict "${KEY}" 1}}{{len (unset $d "${KEY}")}}{{hasKey $d "${KEY}"}}`, "0false"],
  ["pick", `{{pick (dict "${KEY}" 1 "a" 2) "${KEY}" | toJson}}`, `{"${KEY}":1}`],
  ["omit", `{{omit (dict "${KEY}" 1 "a" 2) "${KEY}" | toJson}}`, '{"a":2}'],
  ["pick of nothing", '{{pick (dict) "constructor" "toString" | toJson}}', "{}"],
  ["pluck", `{{pluck "${KEY}" (dict) (dict "${KEY}" 1)}}`, "[1]"],
  ["dig", `{{dig "${KEY}" "polluted" "none" (fromJson .P)}}`, "1"],
  ["dig of nothing", `{{dig "constructor" "name" "none" (dict)}}`, "none"],
  ["merge", '{{$d := merge (dict) (fromJson .P)}}{{hasKey (dict) "polluted"}}{{len $d}}', "false2"],
  [
    "mergeOverwrite",
    `{{mergeOverwrite (dict "${KEY}" (dict "a" 1)) (fromJson .P) | toJson}}`,
    `{"${KEY}":{"a":1,"polluted":1},"constructor":{"prototype":{"polluted":1}}}`,
  ],
  ["deepCopy", "{{deepCopy (fromJson .P) | toJson}}", POISON],
  ["keys", "{{keys (fromJson .P) | sortAlpha}}", `[${KEY} constructor]`],
  [
    "range",
    `{{range $k, $v := dict "toString" 1 "valueOf" 2}}{{$k}}={{$v}};{{end}}`,
    "toString=1;valueOf=2;",
  ],
  ["toYaml", `{{toYaml (dict "${KEY}" (dict "a" 1))}}`, `${KEY}:\n  a: 1\n`],
  ["printf", `{{printf "%v" (dict "${KEY}" 1 "toString" 2)}}`, `map[${KEY}:1 toString:2]`],
  ["a text that looks like a template", '{{"{{.Secret}}"}}', "{{.Secret}}"],
])("%s takes names of JavaScript for names", (_name, text, wanted) => {
  const out = parseTemplate("t", text, kudoFunctions).execute(goValueOf({ P: POISON }));
  expect(out).toBe(wanted);
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
});

test("an object named and keyed after JavaScript stays data on its way to the cluster", () => {
  const text = `apiVersion: v1
kind: ConfigMap
metadata:
  name: __proto__
  labels: { __proto__: a, constructor: b }
  annotations: { toString: c, __proto__: d }
data: { __proto__: "{}", hasOwnProperty: e }
__proto__: { polluted: true }
`;
  const { objects, issues } = parseObjects(text);
  expect(issues).toEqual([]);
  const place = { plan: "deploy", phase: "main", step: "first", planUid: "uid" };
  const instance = { namespace: "default", name: "one", uid: "uid" };
  const decoration = { ...place, instance, operatorName: "app", operatorVersion: "1.0.0" };
  const [parsed] = objects;
  const object = decorate((parsed as { readonly object: KubeObject }).object, true, decoration);
  expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
  const { metadata } = object;
  expect(Object.entries(metadata.labels ?? {})).toContainEqual(["__proto__", "a"]);
  expect(Object.entries(metadata.annotations ?? {})).toContainEqual(["__proto__", "d"]);
  expect(Object.entries(object.data as object)).toContainEqual(["__proto__", "{}"]);
  expect(JSON.parse(JSON.stringify(object))).toEqual(object);
  expect((object as unknown as { readonly polluted?: true }).polluted).toBeUndefined();
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
});
