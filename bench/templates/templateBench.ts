import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { largeTemplates } from "./largeTemplates.ts";
import type { Workload } from "./protocol.ts";
import { type Side, startSide } from "./side.ts";
import { SMALL_DATA, smallTemplates } from "./smallTemplates.ts";
import { type ColdPackages, type ColdTimes, type Comparison, templateReport } from "./templateReport.ts";

const USAGE = `usage: npm run bench -- templates [--rounds N] [--rows N]
  --rounds N    how often each side does its work, in turns (default 15)
  --rows N      how many small templates (default 4000)`;

const run = promisify(execFile);
const here = import.meta.dirname;

/** Rounds before those that count: V8 has compiled the engine by then. */
const WARM_UP_ROUNDS = 12;
const COLD_RUNS = 15;

/** Compares the template engine with Go's, in one run. `args` are those after `templates`. */
export async function templateBench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string", default: "15" },
      rows: { type: "string", default: "4000" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), "lockstep-bench-"));
  const sides: Side[] = [];
  try {
    const workload: Workload = {
      small: smallTemplates(Number(values.rows)),
      smallData: SMALL_DATA,
      large: largeTemplates(),
    };
    const file = join(folder, "workload.json");
    await writeFile(file, JSON.stringify(workload));
    const ours = startSide(process.execPath, [join(here, "worker.ts"), file], {});
    sides.push(ours);
    const judge = await buildGo(folder);
    const go = judge === undefined ? undefined : startSide(judge, ["speed", file], { GOMAXPROCS: "1" });
    if (go) {
      sides.push(go);
      await compareOutputs(ours, go, workload);
    }
    const rounds = Number(values.rounds);
    console.log(
      templateReport({
        small: await compare("small", "small", ours, go, rounds),
        smallAlone: await compare("small", "smallAlone", ours, go, rounds),
        large: await compare("large", "large", ours, go, rounds),
        rows: workload.small.length,
        runs: workload.large.reduce((sum, { runs }) => sum + runs, 0),
        cold: await coldRuns(folder),
      }),
    );
  } finally {
    for (const side of sides) side.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The judge of template rows, which has the other side; nothing without Go. */
async function buildGo(folder: string): Promise<string | undefined> {
  const program = join(folder, "judge");
  try {
    await run("go", ["build", "-o", program, "."], { cwd: join(here, "../../test/template/go") });
    return program;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== "ENOENT") throw error;
    console.error("go is not on the PATH: our side alone. With Go 1.26 there, this run compares with it.");
    return undefined;
  }
}

/** A bench over wrong results would be worth nothing. */
async function compareOutputs(ours: Side, go: Side, { small, large }: Workload): Promise<void> {
  const shapes = [
    { command: "smallOutputs", texts: small },
    { command: "largeOutputs", texts: large.map(({ template }) => template) },
  ];
  for (const { command, texts } of shapes) {
    const [mine, wanted] = await Promise.all([ours.outputs(command), go.outputs(command)]);
    for (const [index, text] of texts.entries()) {
      if (mine[index] === wanted[index]) continue;
      throw new Error(`not what Go makes of it:\n${text}\nGo:   ${wanted[index]}\nours: ${mine[index]}`);
    }
  }
}

/** Both sides in turns, so that what else the machine does falls on both. */
async function compare(
  command: string,
  goCommand: string,
  ours: Side,
  go: Side | undefined,
  rounds: number,
): Promise<Comparison> {
  for (let i = 0; i < WARM_UP_ROUNDS; i++) await ours.round(command);
  await go?.round(goCommand);
  const times = { ours: [] as number[], go: [] as number[] };
  for (let i = 0; i < rounds; i++) {
    times.ours.push(await ours.round(command));
    if (go) times.go.push(await go.round(goCommand));
  }
  return { ours: median(times.ours), go: go && median(times.go) };
}

/** Cold packages, each time in a process of its own, which starts as `bin/lockstep` does. */
async function coldRuns(folder: string): Promise<ColdPackages> {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, "compiled") };
  const flags = ["--expose-gc", "--max-semi-space-size=4"];
  const times: ColdPackages[] = [];
  for (let i = 0; i <= COLD_RUNS; i++) {
    const { stdout } = await run(process.execPath, [...flags, join(here, "coldRun.ts")], { env });
    if (i > 0) times.push(JSON.parse(stdout) as ColdPackages); // the first one fills the cache
  }
  return {
    first: medians(times.map(({ first }) => first)),
    later: medians(times.map(({ later }) => later)),
  };
}

function medians(times: readonly ColdTimes[]): ColdTimes {
  return {
    milliseconds: median(times.map(({ milliseconds }) => milliseconds)),
    cpuMilliseconds: median(times.map(({ cpuMilliseconds }) => cpuMilliseconds)),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
