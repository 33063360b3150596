import { parseArgs } from "node:util";
import { type Compared, compare, smallest } from "./compare.ts";
import { buildJudge, GoJudge, type Judgement } from "./goJudge.ts";
import { printRows } from "./printRows.ts";
import { type FuzzRow, makeRow, SHAPE_NAMES, type ShapeName } from "./shapes.ts";

const USAGE = `usage: npm run fuzz -- [--rows 20000] [--seed N] [--show 5] [--only SHAPE] [--exact] [--print]
Sends made-up templates through Go and through us, and shows where the two differ. Needs Go 1.26.
  --show N    at most so many differences, made as small as they get
  --only S    rows of one shape only
  --exact     messages of errors must be the same, not only their places
  --print     only writes rows on which both agree, as many of each shape, as JSON lines`;

/** Rows that go to Go together; it works on them while we do. */
const BATCH = 400;

interface Count {
  rows: number;
  succeeded: number;
  differed: number;
  otherWords: number;
}

/** What a run came to. */
interface Tally {
  readonly shapes: ReadonlyMap<ShapeName, Count>;
  known: number;
  died: number;
  readonly shown: Compared[];
}

/** Rows of one shape or of all, in batches; each is decided by seed and index alone. */
function* batchesOf(seed: number, count: number, only: string | undefined): Generator<readonly FuzzRow[]> {
  let batch: FuzzRow[] = [];
  for (let index = 0, made = 0; made < count; index++) {
    const row = makeRow(seed, index);
    if (only !== undefined && row.shape !== only) continue;
    made++;
    batch.push(row);
    if (batch.length < BATCH && made < count) continue;
    yield batch;
    batch = [];
  }
}

function record(tally: Tally, compared: Compared, show: number): void {
  const count = tally.shapes.get(compared.row.shape);
  if (count === undefined) return;
  count.rows++;
  if (compared.wanted.kind === "output") count.succeeded++;
  if (compared.wanted.kind === "died") tally.died++;
  if (compared.hasOtherWords) count.otherWords++;
  if (compared.verdict === "known") tally.known++;
  if (compared.verdict !== "differed") return;
  count.differed++;
  if (tally.shown.length < show) tally.shown.push(compared);
}

function show({ row, wanted, got }: Compared): void {
  const text = ({ kind, ...rest }: Judgement): string => `${kind} ${JSON.stringify(Object.values(rest)[0])}`;
  console.log(
    `\n${row.name}\n  template  ${JSON.stringify(row.template)}\n  data      ${JSON.stringify(row.data)}`,
  );
  console.log(`  Go        ${text(wanted)}\n  we        ${text(got)}`);
}

function report({ shapes, known, died }: Tally): void {
  console.log("\nshape                  rows  succeeded  differed  other words");
  for (const [shape, { rows, succeeded, differed, otherWords }] of shapes) {
    const share = rows === 0 ? "-" : `${Math.round((100 * succeeded) / rows)} %`;
    const numbers = `${String(rows).padStart(7)}${share.padStart(11)}`;
    console.log(
      `${shape.padEnd(20)}${numbers}${String(differed).padStart(10)}${String(otherWords).padStart(13)}`,
    );
  }
  const succeeded = sum(shapes, "succeeded") / Math.max(1, sum(shapes, "rows"));
  console.log(`\n${Math.round(100 * succeeded)} % of the templates succeed`);
  if (known > 0) console.log(`${known} rows with a known difference count as agreed`);
  if (died > 0) console.log(`${died} rows that Go does not survive, or not end, count as agreed`);
}

function sum(shapes: ReadonlyMap<ShapeName, Count>, key: keyof Count): number {
  return shapes.values().reduce((total, count) => total + count[key], 0);
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
  const empty = (): Count => ({ rows: 0, succeeded: 0, differed: 0, otherWords: 0 });
  const tally: Tally = {
    shapes: new Map(SHAPE_NAMES.map((shape) => [shape, empty()])),
    known: 0,
    died: 0,
    shown: [],
  };
  try {
    if (values.print) {
      await printRows(judge, seed, Number(values.rows));
      return 0;
    }
    for (const batch of batchesOf(seed, Number(values.rows), values.only)) {
      for (const compared of await compare(judge, batch, values.exact)) {
        record(tally, compared, Number(values.show));
      }
    }
    for (const found of tally.shown) show(await smallest(judge, found, values.exact));
  } finally {
    judge.stop();
  }
  report(tally);
  const [rows, differed] = [sum(tally.shapes, "rows"), sum(tally.shapes, "differed")];
  console.log(`\n${rows} rows, ${rows - differed} agreed, ${differed} differed (seed ${seed})`);
  return differed === 0 ? 0 : 1;
}

process.exitCode = await main();
