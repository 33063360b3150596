import { expect, test } from "vitest";
import { renderTemplate } from "../../src/render/renderTemplate.ts";
import { failureOf } from "./failingPackage.ts";

/** The error of one template of a package, with a secret parameter. */
const errorOf = (template: string) =>
  failureOf(template, "hunter2", (compiled, context) => renderTemplate(compiled, "cm.yaml", context));

test("an error names package, file and place, and has the line, the chain and a hint", () => {
  const error = errorOf(
    '{{ define "p" }}{{ int64 1 | quote | add1 | upper }}{{ end }}\n{{ template "p" . }}',
  );
  expect(error.location).toEqual({ file: "templates/cm.yaml", line: 1, column: 45 });
  expect(error.message).toBe(`pg/templates/cm.yaml:1:45: wrong type for value; expected string; got int64
  1 | {{ define "p" }}{{ int64 1 | quote | add1 | upper }}{{ end }}
    |                                             ^^^^^
  in template "p", called at pg/templates/cm.yaml:2:13
  2 | {{ template "p" . }}
    |             ^^^
  hint: this is no text yet: (toString VALUE)`);
});

test.each([
  ["that a function quotes", "{{ range .Params.PASSWORD }}{{ end }}"],
  ["that the template puts into its own words", '{{ fail (printf "bad password %q" .Params.PASSWORD) }}'],
  ["that is part of something longer", '{{ fail (printf "postgres://%s@db" .Params.PASSWORD) }}'],
])("no error has a value %s", (_name, template) => {
  const { message } = errorOf(template);
  expect(message).toContain("<value of PASSWORD>");
  expect(message).not.toContain("hunter2");
});
