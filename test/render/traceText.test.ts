import { expect, test } from "vitest";
import type { OperatorPackage } from "../../src/package/operatorPackage.ts";
import { compilePackage } from "../../src/render/compiledPackage.ts";
import { seededRandomRecord } from "../../src/render/newRandomRecord.ts";
import { RenderError } from "../../src/render/renderError.ts";
import { renderResources } from "../../src/render/renderTask.ts";

/** The error of a template that does not render to YAML. */
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
    renderResources(compilePackage(pkg), ["cm.yaml"], {
      ...{ name: "x", namespace: "prod", operatorName: "pg", operatorVersion: "0.1.0", appVersion: "" },
      ...{ plan: "deploy", phase: "p", step: "s", pipes: {}, now: 0n, random: seededRandomRecord("s") },
      params: { PASSWORD: "hunter2: x" },
    });
  } catch (error) {
    if (error instanceof RenderError) return error;
    throw error;
  }
  throw new Error("the template does not fail");
}

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
