import { type Answer, agrees, answerOf } from "../../../src/cli/check/answerOf.ts";
import type { GoJudge, Judgement } from "./goJudge.ts";
import { KNOWN_DIFFERENCES } from "./knownDifferences.ts";
import type { FuzzRow } from "./shapes.ts";
import { shrink } from "./shrink.ts";

/** A row with both answers. */
export interface Compared {
  readonly row: FuzzRow;
  readonly wanted: Judgement;
  readonly got: Answer;
  /** `known` when we are meant to differ there. */
  readonly verdict: "agreed" | "known" | "differed";
  /** Errors at the same place with other words. */
  readonly hasOtherWords: boolean;
}

/** Go and we work at the same time. */
export async function compare(
  judge: GoJudge,
  rows: readonly FuzzRow[],
  isExact: boolean,
): Promise<readonly Compared[]> {
  const judging = judge.judge(rows);
  const ours = rows.map(ourAnswer);
  const wanted = await judging;
  return rows.map((row, index) => {
    const [theirs, got] = [wanted[index], ours[index]];
    if (theirs === undefined || got === undefined) throw new Error("the judge gave too few answers");
    const isKnown = KNOWN_DIFFERENCES.some(({ applies }) => applies(row, theirs, got));
    const isSame = (exactly: boolean): boolean =>
      theirs.kind === "died" || agrees(theirs, got, { isExact: exactly });
    const verdict = isSame(isExact) ? "agreed" : isKnown ? "known" : "differed";
    return { row, wanted: theirs, got, verdict, hasOtherWords: verdict === "agreed" && !isSame(true) };
  });
}

/** A small row that differs as the given one does. */
export async function smallest(judge: GoJudge, found: Compared, isExact: boolean): Promise<Compared> {
  const first = async (rows: readonly FuzzRow[]): Promise<Compared | undefined> => {
    for (let at = 0; at < rows.length; at += 50) {
      const tried = await compare(judge, rows.slice(at, at + 50), isExact);
      const differing = tried.find(({ verdict }) => verdict === "differed");
      if (differing !== undefined) return differing;
    }
    return undefined;
  };
  const row = await shrink(found.row, async (rows) => (await first(rows))?.row);
  return (await first([row])) ?? found;
}

/** What is no error of a template is one of ours: it differs from whatever Go says. */
function ourAnswer(row: FuzzRow): Answer {
  const expected = { kind: "output", text: "" } as const;
  try {
    return answerOf({ ...row, sprig: undefined, isPlainGo: false, now: undefined, expected });
  } catch (error) {
    return { kind: "error", message: `broken: ${error instanceof Error ? error.stack : error}` };
  }
}
