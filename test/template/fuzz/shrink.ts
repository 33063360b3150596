import type { JsonValue } from "../../../src/object/json.ts";
import { splitTokens } from "./mistakes.ts";
import type { FuzzRow } from "./shapes.ts";

/** Runs at most so many rounds, each one call of both engines with many rows. */
const ROUNDS = 60;

/**
 * Makes a row smaller while it still differs: takes away pieces of the template, then keys of the data.
 *
 * @param differing  of these rows the first that differs still, if any
 */
export async function shrink(
  row: FuzzRow,
  differing: (rows: readonly FuzzRow[]) => Promise<FuzzRow | undefined>,
): Promise<FuzzRow> {
  let smallest = row;
  for (let round = 0; round < ROUNDS; round++) {
    const smaller = await differing([...templatesLess(smallest), ...dataLess(smallest)]);
    if (smaller === undefined) return smallest;
    smallest = smaller;
  }
  return smallest;
}

/** Without some actions, texts or words in a row, the largest pieces first. */
function templatesLess(row: FuzzRow): FuzzRow[] {
  const tokens = splitTokens(row.template);
  const rows: FuzzRow[] = [];
  for (let size = Math.ceil(tokens.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < tokens.length; at += Math.max(1, Math.floor(size / 2))) {
      rows.push({ ...row, template: [...tokens.slice(0, at), ...tokens.slice(at + size)].join("") });
    }
  }
  return rows.filter(({ template }) => template.length < row.template.length);
}

function dataLess(row: FuzzRow): FuzzRow[] {
  const { data } = row;
  if (data === null || typeof data !== "object" || Array.isArray(data)) return [];
  const entries = Object.entries(data) as [string, JsonValue][];
  return entries.map(([left]) => ({
    ...row,
    data: Object.fromEntries(entries.filter(([key]) => key !== left)),
  }));
}
