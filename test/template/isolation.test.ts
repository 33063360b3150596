import { expect, test } from "vitest";
import { kudoFunctions } from "../../src/template/functions/table.ts";
import { goValueOf } from "../../src/template/goValue.ts";
import { parseTemplate } from "../../src/template/template.ts";

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

test.each([
  "env",
  "expandenv",
  "getHostByName",
  "base",
  "dir",
  "clean",
  "ext",
  "isAbs",
  "osBase",
  "include",
  "tpl",
  "lookup",
  "now",
  "randAlphaNum",
  "genCA",
])("%s is not defined", (name) => {
  expect(render(`{{${name} "x"}}`)).toBe(`template: t:1: function "${name}" not defined`);
});
