import { expect, test } from "vitest";
import type { JsonValue } from "../../src/object/json.ts";
import { describeError, formatDescription } from "../../src/template/describeError.ts";
import { kudoFunctions } from "../../src/template/functions/table.ts";
import { goValueOf } from "../../src/template/goValue.ts";
import { parseTemplate } from "../../src/template/template.ts";
import { TemplateError } from "../../src/template/templateError.ts";

const DATA: JsonValue = {
  Name: "db",
  Params: { NODE_COUNT: "3", HOSTS: ["a", "b"], LIMITS: { cpu: { max: null } }, ZONE: "eu", SIZE: 3 },
};

/** The error of a template. */
function errorOf(text: string): TemplateError {
  try {
    parseTemplate("t", text, kudoFunctions).execute(goValueOf(DATA));
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error("the template does not fail");
}

function described(text: string): string {
  return formatDescription(describeError(errorOf(text), text, "t.yaml"), "t.yaml");
}

test.each([
  ["a parameter", "{{ .Params.NODE_CUONT }}", '; did you mean "NODE_COUNT"?'],
  ["a name at the top", "{{ .Nmae }}", '; did you mean "Name"?'],
  ["a name at the top, by $", "{{ range .Params.HOSTS }}{{ $.Nmae }}{{ end }}", '; did you mean "Name"?'],
  ["a parameter without .Params", "{{ .ZONE }}", '; did you mean ".Params.ZONE"?'],
  ["a field of a variable", "{{ $p := .Params }}{{ $p.ZOEN }}", '; did you mean "ZONE"?'],
  ["a field of a pipeline", "{{ (merge (dict) .Params).ZOEN }}", '; did you mean "ZONE"?'],
  ["a variable", "{{ $zone := 1 }}{{ $zoen }}", '; did you mean "$zone"?'],
  ["a function", "{{ .Name | nidnent 2 }}", '; did you mean "nindent"?'],
  ["a function of Go's", "{{ prinft .Name }}", '; did you mean "printf"?'],
  ["a template", '{{ define "header" }}{{ end }}{{ template "hedaer" }}', '; did you mean "header"?'],
])("a near name is offered for %s", (_name, text, guess) => {
  expect(described(text).split("\n")[0]).toContain(guess);
});

test.each([
  ["nothing is near", "{{ .Params.X }}"],
  ["one letter is near to every other", "{{ $x := 1 }}{{ $y }}"],
  ["Helm has the function", '{{ include "x" . }}'],
])("no name is offered where %s", (_name, text) => {
  expect(described(text)).not.toContain("did you mean");
});

test.each([
  ["the name in question, not what is before it", "a\n{{ .Params.LIMITS.cup.max }}", "2:18", "^^^^"],
  ["a name after bytes beyond ASCII", "{{ `日本😀` }}{{ .Nmae }}", "1:16", "^^^^^"],
  ["the field of a variable", "{{ $p := .Params }}{{ $p.ZOEN }}", "1:25", "^^^^^"],
  ["the whole call that failed", "{{ index .Params.HOSTS 5 }}", "1:4", "^^^^^^^^^^^^^^^^^^^^^"],
  ["the function that a piped value does not fit", '{{ .Params.SIZE | replace "a" "b" }}', "1:19", "^^^^^^^"],
  ["the argument that does not fit", "{{ upper .Params.SIZE }}", "1:10", "^^^^^^^^^^^^"],
  ["where an action that does not end begins", "a\n {{ .Name\n  | upper", "2:2", "^^"],
  ["where a block that does not end begins", "a\n{{ if .Name }}\nb\n", "2:4", "^^"],
  ["the innermost of several blocks", "{{ range .Params.HOSTS }}\n{{ with . }}x", "2:4", "^^^^"],
  ["a quote that is not closed", '{{ upper "a }}', "1:10", "^"],
  ["the end that ends nothing", "a\n{{- end -}}", "2:5", "^^^"],
  ["the second else", "{{ if true }}{{ else }}\n {{else}}{{ end }}", "2:4", "^^^^"],
  ["a break outside of loops", "😀{{ break }}", "1:6", "^^^^^"],
  ["the character that cannot be there", "{{ .Params.HOSTS[0] }}", "1:17", "^"],
  ["a dash in a name", "{{ .Params.my-name }}", "1:14", "^"],
])("the carets are under %s", (_name, text, place, carets) => {
  const [head, , below] = described(text).split("\n");
  expect(head).toMatch(new RegExp(`^t\\.yaml:${place}: `));
  expect(below?.replace(/^[ |]*/, "")).toBe(carets);
  const column = Number(place.split(":")[1]);
  expect(below?.indexOf("^")).toBe((below?.indexOf("|") ?? 0) + 1 + column);
});

test("a chain of templates is told from the inside out, each with its line", () => {
  const text = `{{ define "inner" }}{{ .Nmae }}{{ end }}
{{ define "outer" }}
  {{ template "inner" . }}
{{ end }}
{{ template "outer" . }}`;
  expect(described(text)).toBe(`t.yaml:1:24: map has no entry for key "Nmae"; did you mean "Name"?
  1 | {{ define "inner" }}{{ .Nmae }}{{ end }}
    |                        ^^^^^
  in template "inner", called at t.yaml:3:15
  3 |   {{ template "inner" . }}
    |               ^^^^^^^
  in template "outer", called at t.yaml:5:13
  5 | {{ template "outer" . }}
    |             ^^^^^^^`);
});

test("a block is a call too", () => {
  expect(errorOf('{{ block "b" . }}{{ .x }}{{ end }}').chain.calls).toMatchObject([
    { name: "b", column: 10 },
  ]);
});

test("a chain without end is told by its ends", () => {
  const direct = errorOf('{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}');
  expect(direct.chain.calls.map(({ times }) => times)).toEqual([499, 1]);
  const mutual =
    '{{ define "a" }}{{ template "b" }}{{ end }}{{ define "b" }}{{ template "a" }}{{ end }}{{ template "a" }}';
  expect(errorOf(mutual).chain).toMatchObject({ hidden: 495, calls: { length: 5 } });
  expect(described(mutual)).toContain("\n  … and 495 calls more\n");
});

test.each([
  ["{{ until .Params.NODE_COUNT }}", "(int VALUE)"],
  ["{{ trunc .Params.SIZE .Name }}", "numbers from YAML and JSON are float64: (int VALUE)"],
  ["{{ upper .Params.SIZE }}", "(toString VALUE)"],
  ["{{ eq .Params.SIZE 3 }}", "(int VALUE) or (float64 VALUE)"],
  ["{{ lt .Params.NODE_COUNT 3 }}", "one is text"],
  ['{{ repeat "3" .Name }}', "without quotes: 3"],
  ["{{ upper 3 }}", 'quote it: "3"'],
  ["{{ range .Params.ZONE }}{{ end }}", "range takes a list"],
  [
    "{{ range .Params.HOSTS }}{{ .Name }}{{ end }}",
    "here . is text, not the data: inside range, with and define it is another one; perhaps $.Name",
  ],
  ["{{ .Params.LIMITS.cpu.max.x }}", ".Params.LIMITS.cpu.max has no value"],
  ["{{ .Params.LIMITS.gpu.max }}", '{{index .Params.LIMITS "gpu"}}'],
  ["{{ .Params.ZONE.x }}", ".Params.ZONE is text and has no fields"],
  ['{{ define "a" }}{{ .Name }}{{ end }}{{ template "a" }}', '{{template "a" .}} hands over the dot'],
  ["{{ .Name upper }}", "the function comes first"],
  ['{{ replace "a" .Name }}', "lockstep template functions replace"],
  ['{{ required "x" .Name }}', "a function of Helm"],
  ['{{ env "HOME" }}', "no environment"],
  ["{{ .Name }", "two braces"],
  ["{{ {{ .Name }} }}", "actions do not nest"],
  ["{{ if .Name == 3 }}{{ end }}", "{{if eq A B}}"],
  ["{{ if .Name && .Name }}{{ end }}", "{{if and A B}}"],
  ["{{ if .Name || .Name }}{{ end }}", "{{if or A B}}"],
  ["{{ if !.Name }}{{ end }}", "{{if not A}}"],
  ["{{ .Params.SIZE + 1 }}", "{{add A B}}"],
  ["{{ .Params.my-name }}", '{{index .Params "my-name"}}'],
  ["{{ upper 'abc' }}", "double quotes"],
  ["{{ end }}", "no block to end"],
  [
    "{{ if true }}{{ range .Params.HOSTS }}",
    "the {{range}} of line 1 has no {{end}}, or one inside it; still open around it: {{if}} of line 1",
  ],
  ["{{ (upper .Name }}", "a ( in the action"],
  ["{{/* x }}", "the comment that begins here"],
  ["{{ $x }}", "declared by :="],
  ["{{ $Params.ZONE }}", "$.Params"],
  ["{{ .Values.zone }}", "parameters are .Params.NAME"],
  ["{{ .Release.Name }}", "the instance is .Name in .Namespace"],
  ["{{ .Foo }}", "there is .Name, .Params"],
  ["{{ .Params.WEATHER }}", "there is .HOSTS, .LIMITS, .NODE_COUNT, .SIZE, .ZONE"],
  ["{{ NODE_COUNT }}", "a parameter is read by .Params.NODE_COUNT"],
  ["{{ Params.ZONE }}", "a field begins with a dot: .Params"],
  ["{{ item := 1 }}", "a variable with $item"],
  ["{{ for x in y }}", "{{range LIST}}"],
  ["{{ if true }}{{ elseif false }}{{ end }}", "{{else if …}}"],
  ['{{ template "header" . }}', "in its own file alone"],
  ["{{ template header . }}", 'in quotes: "NAME"'],
  ["{{ define header }}{{ end }}", 'in quotes: "NAME"'],
  ["{{ if true }}{{ else }}{{ else }}{{ end }}", "ends it only once"],
  ["{{ .Params.HOSTS[0] }}", "{{index LIST 0}}"],
  ["{{ .Params.HOSTS.0 }}", "{{index LIST 0}}"],
  ['{{ .Name | quote" }}', "missing before this quote"],
  ["{{ “db” }}", "plain double quotes"],
  ["{{ .Name. }}", "a name follows the dot"],
  ["{{ .Name ? 1 }}", "ternary"],
  ["{{ /* x */ }}", "without a blank"],
  ["{{-if true}}{{end}}", "a blank stands behind {{-"],
  ["{{.Name-}}", "before -}} stands a blank"],
  ["{{ range $a, $b, $c := .Params.HOSTS }}{{ end }}", "two at most"],
  ['{{ hasKey "a" .Params }}', "a map is expected"],
  ['{{ genSignedCert "x" nil nil 1 "ca" }}', "what genCA"],
  ["{{ first (list) | upper }}", "no value (nil)"],
  ['{{ ternary 1 2 "true" }}', "without quotes"],
  ['{{ div 1 "x" }}', "the divisor is 0"],
  ["{{ until 1000000000 }}", "docs/templates.md, Limits"],
  ["{{ range 1000000000 }}{{ end }}", "docs/templates.md, Limits"],
])("%s comes with a hint", (text, hint) => {
  expect(described(text)).toMatch(/\n {2}hint: /);
  expect(described(text)).toContain(hint);
});

test("of a forgotten end the indentation tells more", () => {
  const text = `{{- if .Name }}
  {{- range .Params.HOSTS }}
    x
{{- end }}
{{- /* if */}}
`;
  expect(described(text)).toBe(`t.yaml:1:5: unexpected EOF
  1 | {{- if .Name }}
    |     ^^
  hint: the {{if}} of line 1 has no {{end}}; perhaps that of the {{range}} of line 2 was forgotten: the {{end}} of line 4, which ends it, stands further left`);
});

test("what the template says itself needs no hint", () => {
  expect(described('{{ fail "no" }}')).toBe(
    `t.yaml:1:4: error calling fail: no
  1 | {{ fail "no" }}
    |    ^^^^^^^^^^^^^`.replace("^^^^^^^^^^^^^", "^^^^^^^^^"),
  );
});

test("a huge value in a message is cut", () => {
  expect(described('{{ range repeat 3000 "ab" }}{{ end }}').length).toBeLessThan(2500);
});
