import { parseArgs } from "node:util";
import { type Answer, agrees, answerOf } from "../../../src/cli/check/answerOf.ts";
import { buildJudge, GoJudge, type Judgement } from "./goJudge.ts";
import { KNOWN_DIFFERENCES } from "./knownDifferences.ts";
import { type FuzzRow, makeRow, SHAPE_NAMES, type ShapeName } from "./shapes.ts";
import { shrink } from "./shrink.ts";

const USAGE = `usage: node test/template/fuzz/main.ts [--rows 20000] [--seed N] [--show 5] [--only SHAPE] [--exact]
Sends made-up templates through Go and through us, and shows where the two differ. Needs Go 1.26.
  --show N    at most so many differences, made as small as they get
  --only S    rows of one shape only
  --exact     messages of errors must be the same, not only their places
  --print     writes the rows with Go's answers, as JSON lines, and nothing else`;

/** Rows that go to Go together; it works on them while we do. */
const BATCH = 400;

interface Count {
  rows: number;
  succeeded: number;
  differed: number;
  /** Errors at the same place with other words. */
  otherWords: number;
}

interface Difference {
  readonly row: FuzzRow;
  readonly wanted: Judgement;
  readonly got: Answer;
}

/** Ours, for a row that Go has judged. */
function ourAnswer(row: FuzzRow): Answer {
  const expected = { kind: "output", text: "" } as const;
  try {
    return answerOf({ ...row, sprig: undefined, isPlainGo: false, now: undefined, expected });
  } catch (error) {
    return { kind: "error", message: `broken: ${error instanceof Error ? error.stack : error}` };
  }
}

function isSame(wanted: Judgement, got: Answer, isExact: boolean): boolean {
  return wanted.kind === "died" || agrees(wanted, got, { isExact });
}

/** Rows of one shape or of all, in batches; each is decided by seed and index alone. */
function* batchesOf(seed: number, count: number, only: string | undefined): Generator<readonly FuzzRow[]> {
  let batch: FuzzRow[] = [];
  for (let index = 0, made = 0; made < count; index++) {
    const row = makeRow(seed, index);
    if (only !== undefined && row.shape !== only) continue;
    made++;
    batch.push(row);
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
    }
  }
  yield batch;
}

async function differencesIn(judge: GoJudge, rows: readonly FuzzRow[], isExact: boolean) {
  const judging = judge.judge(rows);
  const ours = rows.map(ourAnswer);
  const wanted = await judging;
  return rows.map((row, index) => {
    const [theirs, got] = [wanted[index], ours[index]];
    if (theirs === undefined || got === undefined) throw new Error("the judge gave too few answers");
    const isKnown = KNOWN_DIFFERENCES.some(({ applies }) => applies(row, theirs, got));
    return { row, wanted: theirs, got, isKnown, same: isSame(theirs, got, isExact) };
  });
}

async function smallest(judge: GoJudge, difference: Difference, isExact: boolean): Promise<Difference> {
  const first = async (rows: readonly FuzzRow[]): Promise<Difference | undefined> => {
    for (let at = 0; at < rows.length; at += 50) {
      const tried = await differencesIn(judge, rows.slice(at, at + 50), isExact);
      const found = tried.find(({ same, isKnown }) => !same && !isKnown);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const row = await shrink(difference.row, async (rows) => (await first(rows))?.row);
  return (await first([row])) ?? difference;
}

function show({ row, wanted, got }: Difference): void {
  const text = (answer: Judgement): string =>
    answer.kind === "output" ? `output ${JSON.stringify(answer.text)}` : JSON.stringify(answer);
  console.log(
    `\n${row.name}\n  template  ${JSON.stringify(row.template)}\n  data      ${JSON.stringify(row.data)}`,
  );
  console.log(`  Go        ${text(wanted)}\n  we        ${text(got)}`);
}

function report(counts: ReadonlyMap<ShapeName, Count>): void {
  console.log("\nshape                  rows  succeeded  differed  other words");
  for (const [shape, { rows, succeeded, differed, otherWords }] of counts) {
    const share = rows === 0 ? "-" : `${Math.round((100 * succeeded) / rows)} %`;
    console.log(
      `${shape.padEnd(20)}${String(rows).padStart(7)}${share.padStart(11)}${String(differed).padStart(10)}${String(otherWords).padStart(13)}`,
    );
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rows: { type: "string", default: "20000" },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      show: { type: "string", default: "5" },
      only: { type: "string" },
      exact: { type: "boolean", default: false },
      print: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const seed = Number(values.seed);
  const judge = new GoJudge(buildJudge());
  const counts = new Map<ShapeName, Count>(
    SHAPE_NAMES.map((shape) => [shape, { rows: 0, succeeded: 0, differed: 0, otherWords: 0 }]),
  );
  let total = 0;
  let differed = 0;
  let known = 0;
  let died = 0;
  const shown: Difference[] = [];
  try {
    for (const batch of batchesOf(seed, Number(values.rows), values.only)) {
      for (const { isKnown, same, ...difference } of await differencesIn(judge, batch, values.exact)) {
        const { row, wanted, got } = difference;
        if (values.print) {
          const { name, template, data } = row;
          const answer =
            wanted.kind === "output"
              ? { output: wanted.text }
              : wanted.kind === "error"
                ? { error: wanted.message }
                : {};
          if (wanted.kind !== "died" && !isKnown)
            console.log(JSON.stringify({ name, template, data, ...answer }));
          continue;
        }
        const count = counts.get(row.shape);
        if (count === undefined) continue;
        total++;
        count.rows++;
        if (wanted.kind === "died") died++;
        if (wanted.kind === "output") count.succeeded++;
        if (isKnown) known++;
        else if (!same) {
          differed++;
          count.differed++;
          if (shown.length < Number(values.show)) shown.push(difference);
        } else if (!isSame(wanted, got, true)) count.otherWords++;
      }
    }
    if (values.print) return 0;
    for (const difference of shown) show(await smallest(judge, difference, values.exact));
  } finally {
    judge.stop();
  }
  report(counts);
  const notes = [
    known > 0 && `${known} with a known difference`,
    died > 0 && `${died} that Go does not survive`,
  ];
  const said = notes.filter(Boolean).join(", ");
  if (said) console.log(`\namong those agreed: ${said}`);
  console.log(`\n${total} rows, ${total - differed} agreed, ${differed} differed (seed ${seed})`);
  return differed === 0 ? 0 : 1;
}

process.exitCode = await main();
