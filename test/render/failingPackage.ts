import type { CompiledPackage } from "../../src/render/compiledPackage.ts";
import { compilePackage } from "../../src/render/compiledPackage.ts";
import { seededRandomRecord } from "../../src/render/newRandomRecord.ts";
import { RenderError } from "../../src/render/renderError.ts";
import type { RenderContext } from "../../src/render/renderTask.ts";

/**
 * The error of the package `pg` with one template, `cm.yaml`, and a secret parameter, `PASSWORD`.
 *
 * @param render  what fails
 */
export function failureOf(
  template: string,
  password: string,
  render: (compiled: CompiledPackage, context: RenderContext) => unknown,
): RenderError {
  const compiled = compilePackage({
    name: "pg",
    operatorVersion: "0.1.0",
    maintainers: [],
    tasks: [],
    plans: new Map(),
    parameters: [{ name: "PASSWORD", required: true, type: "string", immutable: false }],
    groups: [],
    templates: new Map([["cm.yaml", template]]),
    digest: "",
  });
  try {
    render(compiled, {
      ...{ name: "x", namespace: "prod", operatorName: "pg", operatorVersion: "0.1.0", appVersion: "" },
      ...{ plan: "deploy", phase: "p", step: "s", pipes: {}, now: 0n, random: seededRandomRecord("s") },
      params: { PASSWORD: password },
    });
  } catch (error) {
    if (error instanceof RenderError) return error;
    throw error;
  }
  throw new Error("the template does not fail");
}
