import { expect, test } from "vitest";
import { excerptAt } from "../../src/base/issue.ts";
import { printable } from "../../src/base/printable.ts";
import { kudoTable } from "../../src/cli/kudoTable.ts";
import { textTree } from "../../src/cli/textTree.ts";

const RED = "\u001b[31mred\u001b]0;title\u0007";
const HARMLESS = "\uFFFD[31mred\uFFFD]0;title\uFFFD";

test.each([
  ["a sequence for the terminal shows, and does nothing", RED, HARMLESS],
  ["a carriage return does not overwrite the line", "a\rb", "a\uFFFDb"],
  ["so do controls of eight bits", "a\u009b31m", "a\uFFFD31m"],
  ["lines, tabs and other writing stay", "a\tb\nä 漢 😀", "a\tb\nä 漢 😀"],
])("%s", (_name, text, shown) => expect(printable(text)).toBe(shown));

test("excerpts, tables and trees show no control characters of others", () => {
  expect(excerptAt(RED, 1, 1)).toContain(HARMLESS);
  expect(kudoTable(["Name"], [[RED]])).toBe(`Name\n${HARMLESS}\n`);
  expect(textTree({ text: ".", children: [{ text: RED, children: [] }] })).toBe(`.\n└── ${HARMLESS}\n`);
});
