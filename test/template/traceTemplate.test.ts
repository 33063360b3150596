import { expect, test } from "vitest";
import { kudoFunctions } from "../../src/template/functions/table.ts";
import { goValueOf } from "../../src/template/goValue.ts";
import { traceTemplate } from "../../src/template/traceTemplate.ts";

/** The lines of the output, each with the line of the template that wrote its beginning. */
function traced(text: string): readonly string[] {
  const data = goValueOf({ list: ["x", "y"], map: { a: 1, b: 2 } });
  const output = traceTemplate("t", text, kudoFunctions, data, {});
  let offset = 0;
  return output.text.split("\n").map((line) => {
    const shown = `${output.lineAt(offset)}: ${line}`;
    offset += line.length + 1;
    return shown;
  });
}

test.each([
  ["text", "a\nb", ["1: a", "2: b"]],
  ["text behind a comment that trims", "{{- /* c\n\n */ -}}\na\nb", ["4: a", "5: b"]],
  ["a block that is left out", "{{ if false }}\nx\n{{- end }}\na", ["3: ", "4: a"]],
  ["a loop", "{{- range .list }}\n- {{ . }}\n{{- end }}", ["1: ", "2: - x", "2: - y"]],
  [
    "what an action prints, with all its lines",
    "a\n{{ toYaml .map }}\nb",
    ["1: a", "2: a: 1", "2: b: 2", "2: ", "3: b"],
  ],
  [
    "a template, where it is defined",
    '{{ define "d" -}}\nx\n{{- end -}}\na\n{{ template "d" }}',
    ["4: a", "2: x"],
  ],
  ["a declaration, which prints nothing", "{{ $x := 1 }}\na\n{{- $y := 2 }}\nb", ["1: ", "2: a", "4: b"]],
  ["text beyond ASCII", "日本\n😀 {{ `é` }}\nb", ["1: 日本", "2: 😀 é", "3: b"]],
  ["nothing", "", ["1: "]],
])("the lines of %s are known", (_name, text, lines) => {
  expect(traced(text)).toEqual(lines);
});
