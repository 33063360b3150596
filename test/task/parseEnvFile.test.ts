import { describe, expect, test } from "vitest";
import { parseEnvFile } from "../../src/task/parseEnvFile.ts";

const parse = (text: string | Buffer) => Object.fromEntries(parseEnvFile(Buffer.from(text), "/out/x.env"));

describe("an env file", () => {
  test.each<[string, string | Buffer, Readonly<Record<string, string>>]>([
    ["nothing", "", {}],
    ["one variable", "A=1", { A: "1" }],
    ["an empty value", "A=", { A: "" }],
    ["a value with =", "A=b=c", { A: "b=c" }],
    ["quotes and blanks at the end stay", `A="b" \nB=' '`, { A: `"b" `, B: "' '" }],
    ["leading white space goes", "  \t\u00a0A=1", { A: "1" }],
    ["blank lines and comments do not count", "\n  \n# A=1\n  # B=2\nC=3\n", { C: "3" }],
    ["a # within a value stays", "A=b # c", { A: "b # c" }],
    ["lines of Windows", "A=1\r\nB=2\r\n", { A: "1", B: "2" }],
    ["a byte order mark at the start goes", "\uFEFFA=1", { A: "1" }],
    ["names with dots and dashes", "a.b-c_1=x\n-a=y\n.b=z", { "a.b-c_1": "x", "-a": "y", ".b": "z" }],
    ["the last of a name wins", "A=1\nA=2", { A: "2" }],
    ["any text as value", "A=grün\t☃", { A: "grün\t☃" }],
    ["a very long line", `A=${"x".repeat(100_000)}`, { A: "x".repeat(100_000) }],
  ])("%s", (_name, text, values) => {
    expect(parse(text)).toEqual(values);
  });

  test.each<[string, string | Buffer, string]>([
    ["a line without =", "A=1\nhunter2", "/out/x.env, line 2: there is no ="],
    ["a name with a blank before =", "A =1", "line 1: what stands before = is no name"],
    ["a name that begins with a digit", "1hunter2=x", "line 1: what stands before = is no name"],
    ["no name", "=hunter2", "line 1: what stands before = is no name"],
    ["a folder as name", ".=hunter2", "no name"],
    ["a parent folder as name", "..a=hunter2", "no name"],
    [
      "bytes that are no UTF-8",
      Buffer.from([0x41, 0x3d, 0x31, 0x0a, 0x42, 0x3d, 0xff]),
      "line 2: it is not UTF-8",
    ],
    ["a byte order mark in a later line", "A=1\n\uFEFFB=hunter2", "line 2: what stands before ="],
  ])("not %s", (_name, text, message) => {
    const error = (() => {
      try {
        return parse(text);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toMatchObject({ code: "PipeTaskError", retryable: false });
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain("hunter2");
  });
});
