import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { registerTemplate } from "../../../src/cli/commands/template.ts";
import { runLockstep } from "../runLockstep.ts";

const check = (rows: readonly unknown[], ...options: readonly string[]) =>
  runLockstep(
    ["template", "check", "-", ...options],
    [registerTemplate],
    rows.map((row) => `${typeof row === "string" ? row : JSON.stringify(row)}\n`).join(""),
  );

const row = (template: string, rest: Record<string, unknown>) => ({ name: "a row", template, ...rest });
const AT_2 = "template: t:1:2: executing";

test.each([
  ["output as Go wrote it", row("{{.a}}", { data: { a: 1 }, output: "1" })],
  ["no data", row("{{1}}", { output: "1" })],
  ["an error at the same place in other words", row("{{.a}}", { data: {}, error: `${AT_2} anything` })],
  ["an error that names no place", row("{{.a}}", { data: {}, error: "map has no entry" })],
  ["an error under another name", row("{{.a}}", { data: {}, error: "template: x.yaml:1:2: executing" })],
  ["a parse error, which has a line only", row("\n{{", { error: "template: t:2: unclosed" })],
  ["any error at all", row("{{nope}}", { error: true })],
  ["the union: 2.22's answer", row('{{int "017"}}', { output: "17" })],
  ["the union: 3.3's where 2.22 fails", row('{{trunc -2 "abc"}}', { output: "bc" })],
  ["2.22.0 alone", row('{{trunc -2 "abc"}}', { sprig: "2.22.0", error: AT_2 })],
  ["2.22 has no mustToJson", row("{{mustToJson 1}}", { sprig: "2.22", error: "template: t:1: function" })],
  ["3.3.0 alone", row('{{int "017"}} {{camelcase "a"}}', { sprig: "3.3.0", output: "15 A" })],
  ["3 for short", row('{{int "0x1F"}}', { sprig: "v3", output: "31" })],
  ["2 as a number", row('{{int "017"}}', { sprig: 2, output: "17" })],
  ["3.3 as a number", row('{{int "017"}}', { sprig: 3.3, output: "15" })],
  [
    "a release as Go's modules call it",
    row('{{int "017"}}', { sprig: "v2.22.0+incompatible", output: "17" }),
  ],
  ["the name before the release", row('{{int "017"}}', { sprig: "sprig/v3", output: "15" })],
  ["a clock", row('{{now | date "2006"}}', { now: "2021-05-06T07:08:09Z", output: "2021" })],
])("a row passes: %s", async (_name, given) => {
  expect(await check([given])).toEqual({ code: 0, out: "1 passed, 0 failed\n", err: "" });
});

test.each([
  ["other output", row("a\nb{{1}}\nc", { output: "a\nb2\nc" }), "part at line 2, column 2"],
  ["an error instead of output", row("{{.a.b}}", { data: {}, output: "x" }), '- wanted  output "x"'],
  ["output instead of an error", row("x", { error: true }), '+ got     output "x"'],
  ["an error at another place", row("ab{{.a.b}}", { data: {}, error: `${AT_2} x` }), "the messages part at"],
  [
    "a function of the other Sprig",
    row("{{any 1}}", { sprig: "2", output: "true" }),
    '+ got     error "template: t:1: function',
  ],
])("a row fails: %s", async (_name, given, said) => {
  const { code, out } = await check([given]);
  expect(code).toBe(1);
  expect(out).toContain("-:1: a row");
  expect(out).toContain(said);
  expect(out).toMatch(/\n0 passed, 1 failed\n$/);
});

test.each([
  ["no JSON", '{"name": x}', "-:2:10: no JSON"],
  ["a line that ends too soon", '{"template": "a"', "-:2:17: no JSON"],
  ["no object", "[1]", "-:2:1: expected an object"],
  ["no template", '{"output":"x"}', '-:2:1: "template" must be a string'],
  ["no expectation", '{"template":"x"}', '-:2:1: expected "output" or "error"'],
  ["both expectations", '{"template":"x","output":"x","error":"y"}', '-:2:17: there is an "error" besides'],
  [
    "an unknown Sprig",
    '{"template":"x","output":"x","sprig":"4"}',
    '-:2:30: "sprig" must be one of 2.22.0, 3.3.0',
  ],
])("a bad line is a failed row with its place, and the rest goes on: %s", async (_name, line, said) => {
  const good = row("x", { output: "x" });
  const { code, out } = await check([good, line, good]);
  expect(code).toBe(1);
  expect(out).toContain(said);
  expect(out).toMatch(/\n2 passed, 1 failed\n$/);
});

test("--exact wants the whole message", async () => {
  const given = row("{{.a}}", { data: {}, error: `${AT_2} anything` });
  const { code, out } = await check([given], "--exact");
  expect(code).toBe(1);
  expect(out).toContain("the messages part at character 28");
});

test("only the first differences are shown, as many as asked for", async () => {
  const rows = Array.from({ length: 12 }, (_, index) => row(`${index}`, { output: "" }));
  const shownBy = async (...options: readonly string[]) =>
    (await check(rows, ...options)).out.match(/-:\d+: a row/g)?.length ?? 0;
  expect([await shownBy(), await shownBy("--differences", "12"), await shownBy("-d", "0")]).toEqual([
    10, 12, 0,
  ]);
});

test("a file is named in front of its lines; blank lines are none; U+2028 ends no line", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-rows-"));
  const file = join(folder, "rows.jsonl");
  await writeFile(file, `\uFEFF{"template":"\u2028","output":"\u2028"}\r\n\n{"template":"x","output":"y"}`);
  const { out } = await runLockstep(["template", "check", file], [registerTemplate]);
  await rm(folder, { recursive: true });
  expect(out).toContain(`${file}:3: row without a name`);
  expect(out).toMatch(/\n1 passed, 1 failed\n$/);
});

test("a file that is not there is said", async () => {
  const { code, err } = await runLockstep(["template", "check", "none.jsonl"], [registerTemplate]);
  expect({ code, err }).toEqual({ code: 1, err: "error: none.jsonl: no such file or folder\n" });
});
