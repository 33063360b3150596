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
