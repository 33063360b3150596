import { expect, test } from "vitest";
import { kudoFunctions } from "../../src/template/functions/table.ts";
import { goValueOf } from "../../src/template/goValue.ts";
import type { Limits } from "../../src/template/limits.ts";
import { parseTemplate } from "../../src/template/template.ts";
import { TemplateExecError, TemplateParseError } from "../../src/template/templateError.ts";

function errorOf(text: string, limits: Partial<Limits> = {}): unknown {
  try {
    return parseTemplate("t", text, kudoFunctions).execute(goValueOf({ s: "x" }), { limits });
  } catch (error) {
    return error;
  }
}

const small: Partial<Limits> = { outputBytes: 1000, iterations: 100, valueSize: 1000, work: 1_000_000 };

test.each([
  ["output of text", "{{range 99}}0123456789a{{end}}", "output is larger than 1000 bytes"],
  ["output of values", '{{range 99}}{{"0123456789a"}}{{end}}', "output is larger than 1000 bytes"],
  ["turns of one loop", "{{range 101}}{{end}}", "loops take more than 100 turns"],
  ["turns of nested loops", "{{range 11}}{{range 10}}{{end}}{{end}}", "loops take more than 100 turns"],
  ["repeat", '{{repeat 1001 "x"}}', "a value is larger than 1000"],
  ["repeat past any memory", '{{repeat 9223372036854775807 "x"}}', "a value is larger than 1000"],
  ["until", "{{until 1001}}", "a list is longer than 1000"],
  ["until past any memory", "{{until 9223372036854775807}}", "a list is longer than 1000"],
  ["untilStep", "{{untilStep 0 -2002 -2}}", "a list is longer than 1000"],
  ["seq", "{{seq 1 100000000000}}", "a value is larger than 1000"],
  ["indent", '{{indent 100000000 "x"}}', "a value is larger than 1000"],
  ["replace", '{{replace "x" (repeat 900 "y") "xx"}}', "a value is larger than 1000"],
  ["join", '{{join (repeat 900 "y") (list 1 2 3)}}', "a value is larger than 1000"],
  ["printf", '{{printf "%999d%999d" 1 1}}', "a value is larger than 1000"],
  [
    "a string that doubles",
    '{{$x := "x"}}{{range 20}}{{$x = print $x $x}}{{end}}',
    "a value is larger than 1000",
  ],
  [
    "a list that doubles",
    "{{$x := list 1}}{{range 20}}{{$x = concat $x $x}}{{end}}",
    "a value is larger than 1000",
  ],
  [
    "work",
    '{{range 90}}{{$_ := snakecase (repeat 900 "x")}}{{end}}',
    "the template does more than 1000000 units of work",
  ],
])("the limit on %s ends the template where it is", (_name, text, message) => {
  const error = errorOf(text, small);
  expect(error).toBeInstanceOf(TemplateExecError);
  expect(error).toMatchObject({ message: expect.stringContaining(message), line: 1 });
  expect((error as TemplateExecError).column).toBeGreaterThan(1);
});

test("templates that call each other end at the depth", () => {
  const error = errorOf('{{define "a"}}{{template "a" .}}{{end}}{{template "a" .}}');
  expect(error).toMatchObject({
    message: 'template: t:1:25: executing "a" at <{{template "a" .}}>: exceeded maximum template depth (500)',
  });
});

test.each([
  ["a depth past the stack", '{{define "a"}}{{template "a" .}}{{end}}{{template "a" .}}', { depth: 1e9 }],
  ["a list in itself many times", '{{$x := "x"}}{{range 100000}}{{$x = list $x}}{{end}}{{$x}}', {}],
  ["a dict in itself", '{{$d := dict}}{{$_ := set $d "d" $d}}{{$d}}', {}],
  ["JSON of a dict in itself", '{{$d := dict}}{{$_ := set $d "d" $d}}{{toJson $d}}', {}],
  ["a copy of a dict in itself", '{{$d := dict}}{{$_ := set $d "d" $d}}{{deepCopy $d}}', {}],
])("%s is a located error", (_name, text, limits) => {
  expect(errorOf(text, limits)).toBeInstanceOf(TemplateExecError);
});

test.each([
  ["parentheses", `{{${"(".repeat(100_000)}1${")".repeat(100_000)}}}`],
  ["ifs", "{{if true}}".repeat(100_000)],
  ["else ifs", `{{if true}}${"{{else if true}}".repeat(100_000)}{{end}}`],
])("%s inside each other without end are a parse error", (_name, text) => {
  expect(errorOf(text)).toBeInstanceOf(TemplateParseError);
});

const doubled = '{{$x := list "x"}}{{range 100}}{{$x = list $x $x}}{{end}}';
const twice = Array.from(
  { length: 60 },
  (_, i) => `{{define "a${i}"}}{{template "a${i + 1}"}}{{template "a${i + 1}"}}{{end}}`,
).join("");

test.each([
  ["calls without a loop", `${twice}{{define "a60"}}{{end}}{{template "a0"}}`],
  ["a long body", `{{range 900000}}${"{{$.s}}".repeat(5000)}{{end}}`],
  ["printing a value that stands in itself", `${doubled}{{$x}}`],
  ["JSON of one", `${doubled}{{toJson $x}}`],
  ["YAML of one", `${doubled}{{toYaml $x}}`],
  ["a copy of one", `${doubled}{{$y := deepCopy $x}}`],
  ["comparing two", `${doubled}{{deepEqual $x $x}}`],
  ["formatting one", `${doubled}{{printf "%#v" $x}}`],
  ["uniq", "{{uniq (until 1000000)}}"],
  ["has", "{{$x := until 1000000}}{{range $x}}{{$_ := has -1 $x}}{{end}}"],
  [
    "sorting keys again and again",
    "{{$d := dict}}{{range until 100000}}{{$_ := set $d (print .) 1}}{{$_ := keys $d}}{{end}}",
  ],
  ["widths in a format", '{{printf (repeat 30000 "%[1]999999d") 1}}'],
  ["one argument many times", '{{printf (repeat 30000 "%[1]x") (repeat 100000 "x")}}'],
  ["a pattern that counts", '{{regexMatch (repeat 1000 "(a|b|c|d){1000}") "x"}}'],
  [
    "a pattern of thousands of words",
    '{{regexMatch (printf "(%s)" (repeat 200000 "ab|")) (repeat 100000 "a")}}',
  ],
  [
    "a search that reads on to the end each time",
    '{{regexFindAll "[ab]*a[ab]{300}c|a" (repeat 3000 "ab") -1}}',
  ],
  [
    "a long pattern in a loop",
    '{{range until 100000}}{{$_ := regexMatch (printf "a{%d}b{500}" (mod . 1000)) "x"}}{{end}}',
  ],
  ["replacing with much", '{{regexReplaceAll "a" (repeat 1000000 "a") (repeat 1000 "${0}")}}'],
  ["keys in a loop", '{{range 1000}}{{genPrivateKey "rsa"}}{{end}}'],
  ["hashes in a loop", '{{range 1000}}{{bcrypt "a"}}{{end}}'],
])("work is counted for %s", (_name, text) => {
  const limits = { work: 4_000_000, valueSize: 4_000_000 };
  const error = errorOf(text, limits);
  expect(error).toBeInstanceOf(TemplateExecError);
  expect(error).toMatchObject({ message: expect.stringContaining("more than 4000000 units of work") });
});

test.each([
  ["a file of 10 MB", "x".repeat(10_000_000), "the template is larger than 1048576 bytes"],
  [
    "a thousand variables",
    Array.from({ length: 1000 }, (_, i) => `{{$a${i} := 1}}`).join(""),
    "more than 500 variables in scope",
  ],
  ["a number of a million digits", `{{0x${"f".repeat(900_000)}}}`, "illegal number syntax"],
])("%s is a parse error", (_name, text, message) => {
  const error = errorOf(text);
  expect(error).toBeInstanceOf(TemplateParseError);
  expect((error as Error).message).toContain(message);
});

test("a width beyond measure is what Go makes of it", () => {
  expect(errorOf('{{printf "%1000000000d" 1}}')).toBe("%!(NOVERB)%!(EXTRA int=1)");
});
