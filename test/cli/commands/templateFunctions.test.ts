import { expect, test } from "vitest";
import { registerTemplate } from "../../../src/cli/commands/template.ts";
import { FUNCTION_HELP } from "../../../src/template/functions/help/functionFamilies.ts";
import { type CliRun, runLockstep } from "../runLockstep.ts";

test("every function is listed under its family, signatures and summaries lined up", async () => {
  const { code, out } = await run();
  expect(code).toBe(0);
  const lines = out.split("\n");
  const trunc = lines.find((line) => line.startsWith("trunc ")) ?? "";
  const column = trunc.indexOf(FUNCTION_HELP.get("trunc")?.summary ?? "?");
  const odd = [...FUNCTION_HELP.values()].filter(
    ({ signature, summary }) =>
      !lines.some((line) => line.startsWith(`${signature} `) && line.indexOf(summary) === column),
  );
  expect(odd).toEqual([]);
  expect(lines.filter((line) => line !== "" && line === line.toUpperCase())).toContain("MAPS");
  expect(lines.find((line) => line.startsWith("dig "))).toMatch(/ {2}3\.3 {2}/);
});

test("one function with an example and what it gives", async () => {
  const { out } = await run("toYaml");
  expect(out).toBe(`toYaml VALUE -> string
  VALUE as YAML with sorted keys and a line break at the end.

  from     KUDO
  example  {{dict "a" (list 1 "x") | toYaml}}
  result
    a:
    - 1
    - x
`);
});

test("as JSON, all of them and one", async () => {
  const all = JSON.parse((await run("-o", "json")).out) as { name: string }[];
  expect(all).toHaveLength(FUNCTION_HELP.size);
  const one = JSON.parse((await run("dig", "-o", "json")).out) as { name: string };
  expect(one).toMatchObject({ name: "dig", family: "Maps", origin: "Sprig 3.3", result: "1" });
  expect(all).toContainEqual(one);
});

test.each([
  ["trnc", 'no function "trnc"; did you mean "trunc"?'],
  ["env", 'no function "env": templates do not reach environment, files or network'],
  ["nothinglikeit", 'no function "nothinglikeit"'],
])("%s is no function", async (name, message) => {
  const { code, err } = await run(name);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

function run(...args: readonly string[]): Promise<CliRun> {
  return runLockstep(["template", "functions", ...args], [registerTemplate]);
}
