import { expect, test } from "vitest";
import { renderResources } from "../../src/render/renderTask.ts";
import { failureOf } from "./failingPackage.ts";

/** The error of a template that does not render to YAML. */
const errorOf = (template: string) =>
  failureOf(template, "hunter2: x", (compiled, context) => renderResources(compiled, ["cm.yaml"], context));

test("text that is no YAML has the line of the template that wrote it, and not the text", () => {
  const error = errorOf(
    "{{/* one\ntwo */ -}}\n{{ range until 2 }}\nkey{{ . }}: a\n{{- end }}\npassword: {{ .Params.PASSWORD }}\n",
  );
  expect(error.message).toBe(
    `pg/templates/cm.yaml:6: bad indentation of a mapping entry (line 4:18 of the rendered text)
  6 | password: {{ .Params.PASSWORD }}`,
  );
  expect(error.location).toEqual({ file: "templates/cm.yaml", line: 6 });
});

test("an object without a kind has the line at which it begins", () => {
  expect(errorOf("{{- $x := 1 }}\n\napiVersion: v1\nmetadata: {name: x}\n").message).toContain(
    "pg/templates/cm.yaml:3: the object has no kind",
  );
});

test("random values that the mistake needs do not change its line", () => {
  expect(errorOf("a: {{ randAlphaNum 5 }}\n{{ uuidv4 }}: b: c").location.line).toBe(2);
});
