import { createReadStream } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { Command } from "commander";
import { messageOf } from "../../base/errors.ts";
import { whyUnreadable } from "../../base/whyUnreadable.ts";
import { type Answer, agrees, answerOf } from "../check/answerOf.ts";
import { linesOf } from "../check/linesOf.ts";
import { showDifference } from "../check/showDifference.ts";
import { parseTemplateRow } from "../check/templateRow.ts";
import { CliError, usageError } from "../cliError.ts";
import { type CliIo, EXIT, type ExitCode } from "../cliIo.ts";
import { type Palette, paletteFor } from "../output.ts";

/** Rows between two looks at Ctrl-C. */
const ROWS_AT_ONCE = 1000;

interface CheckOptions {
  readonly exact: boolean;
  readonly differences: string;
}

interface Counts {
  passed: number;
  failed: number;
}

/** `lockstep template check ROWS…|-`: runs rows that Go has judged; exit code 1 when one fails. */
export function addTemplateCheck(family: Command, io: CliIo, end: (code: ExitCode) => void): void {
  family
    .command("check")
    .description("run rows of templates that Go has judged, from files or from standard input with -")
    .argument("<rows...>", "JSON lines {name, template, data, output | error}; see docs/authors.md")
    .option("--exact", "errors must have Go's very message, not only its line and column", false)
    .option("-d, --differences <count>", "show so many of the rows that fail", "10")
    .action(async (files: readonly string[], options: CheckOptions) => {
      const shown = countOf(options.differences);
      const counts: Counts = { passed: 0, failed: 0 };
      for (const file of files) await checkFile(file, options, shown, counts, io);
      if (counts.failed > shown) io.out(`… and ${counts.failed - shown} more that fail\n`);
      io.out(`${counts.passed} passed, ${counts.failed} failed\n`);
      if (counts.failed > 0) end(EXIT.failed);
    });
}

async function checkFile(
  file: string,
  { exact }: CheckOptions,
  shown: number,
  counts: Counts,
  io: CliIo,
): Promise<void> {
  const palette = paletteFor(io);
  let number = 0;
  try {
    for await (const line of linesOf(file === "-" ? io.stdinChunks() : createReadStream(file))) {
      number++;
      if (number % ROWS_AT_ONCE === 0) {
        await setImmediate();
        io.signal.throwIfAborted();
      }
      const text = number === 1 ? line.replace(/^\uFEFF/, "") : line;
      if (text.trim() === "") continue;
      const problem = checkLine(text, `${file}:${number}`, exact, palette);
      if (problem === undefined) counts.passed++;
      else if (++counts.failed <= shown) io.out(`${problem()}\n`);
    }
  } catch (error) {
    if (io.signal.aborted) throw error;
    throw new CliError(`${file}: ${whyUnreadable(error)}`);
  }
}

/** What to say of a row that fails; `undefined` for one that passes. */
function checkLine(
  line: string,
  place: string,
  isExact: boolean,
  palette: Palette,
): (() => string) | undefined {
  const row = parseTemplateRow(line);
  if (!("template" in row)) return () => `${palette.strong(`${place}:${row.column}`)}: ${row.message}\n`;
  let got: Answer;
  try {
    got = answerOf(row);
  } catch (error) {
    return () => `${palette.strong(place)}: ${row.name}: broke the engine: ${messageOf(error)}\n`;
  }
  return agrees(row.expected, got, { isExact })
    ? undefined
    : () => showDifference({ place, row, got }, palette);
}

function countOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw usageError(`--differences ${text}: expected a whole number`);
  return Number(text);
}
