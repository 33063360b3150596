import { expect, test } from "vitest";
import type { OperatorPackage } from "../../src/package/operatorPackage.ts";
import { compilePackage } from "../../src/render/compiledPackage.ts";
import { seededRandomRecord } from "../../src/render/newRandomRecord.ts";
import { RenderError } from "../../src/render/renderError.ts";
import { renderTemplate } from "../../src/render/renderTemplate.ts";

/** The error of one template of a package, with a secret parameter. */
function errorOf(template: string): RenderError {
  const pkg: OperatorPackage = {
    name: "pg",
    operatorVersion: "0.1.0",
    maintainers: [],
    tasks: [],
    plans: new Map(),
    parameters: [{ name: "PASSWORD", required: true, type: "string", immutable: false }],
    groups: [],
    templates: new Map([["cm.yaml", template]]),
    digest: "",
  };
  try {
    renderTemplate(compilePackage(pkg), "cm.yaml", {
      ...{ name: "x", namespace: "prod", operatorName: "pg", operatorVersion: "0.1.0", appVersion: "" },
      ...{ plan: "deploy", phase: "p", step: "s", pipes: {}, now: 0n, random: seededRandomRecord("s") },
      params: { PASSWORD: "hunter2" },
    });
  } catch (error) {
    if (error instanceof RenderError) return error;
    throw error;
  }
  throw new Error("the template does not fail");
}

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
