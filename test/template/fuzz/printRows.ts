import { compare } from "./compare.ts";
import type { GoJudge } from "./goJudge.ts";
import { makeRow, SHAPE_NAMES, type ShapeName } from "./shapes.ts";

/** Larger rows are left out. */
const MOST_BYTES = 1100;
const BATCH = 200;

/** Rows with Go's answers as JSON lines, as many of each shape; the rows that `npm test` runs are made so. */
export async function printRows(judge: GoJudge, seed: number, count: number): Promise<void> {
  const wanted = new Map<ShapeName, number>(
    SHAPE_NAMES.map((shape, index) => [
      shape,
      Math.floor((count * (index + 1)) / SHAPE_NAMES.length) -
        Math.floor((count * index) / SHAPE_NAMES.length),
    ]),
  );
  let left = count;
  for (let index = 0; left > 0; index += BATCH) {
    const rows = Array.from({ length: BATCH }, (_, offset) => makeRow(seed, index + offset));
    for (const { row, wanted: answer, verdict } of await compare(judge, rows, true)) {
      const more = wanted.get(row.shape) ?? 0;
      if (more === 0 || verdict !== "agreed" || answer.kind === "died") continue;
      const result = answer.kind === "output" ? { output: answer.text } : { error: answer.message };
      const line = JSON.stringify({
        name: `fuzz ${row.name}`,
        template: row.template,
        data: row.data,
        ...result,
      });
      if (Buffer.byteLength(line) > MOST_BYTES) continue;
      console.log(line);
      wanted.set(row.shape, more - 1);
      left--;
    }
  }
}
