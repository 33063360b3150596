/** Medians of the rounds, in milliseconds; without Go there is nothing to compare with. */
export interface Comparison {
  readonly ours: number;
  readonly go: number | undefined;
}

/** Medians for a cold package. */
export interface ColdTimes {
  readonly milliseconds: number;
  /** Of the thread alone: what remains when nothing else runs. */
  readonly cpuMilliseconds: number;
}

/** A package that nobody has rendered, in two kinds of process. */
export interface ColdPackages {
  /** The first package that the process sees: the engine is not compiled either. */
  readonly first: ColdTimes;
  /** One that a running service sees. */
  readonly later: ColdTimes;
}

/** What one run found out. */
export interface TemplateFigures {
  readonly small: Comparison;
  /** The same, but Go is told all functions for each template. */
  readonly smallAlone: Comparison;
  readonly large: Comparison;
  /** Small templates in a round. */
  readonly rows: number;
  /** Runs of large templates in a round. */
  readonly runs: number;
  readonly cold: ColdPackages;
}

/** A table for people; its last line has the ratios alone. */
export function templateReport(figures: TemplateFigures): string {
  const { small, smallAlone, large, rows, runs, cold } = figures;
  const table = [
    ["shape", "ours", "Go", "ratio", "reach"],
    ["(a) small templates, parse and run", ...cells(small, rows), "1.50"],
    ["    Go told all functions each time", ...cells(smallAlone, rows), ""],
    ["(b) large templates, run", ...cells(large, runs), "1.00"],
    ["(c) cold package of 30 templates", ms(cold.later.milliseconds), "", "", "30 ms"],
    ["    CPU of its thread", ms(cold.later.cpuMilliseconds), "", "", ""],
    ["    the first of its process", ms(cold.first.milliseconds), "", "", ""],
    ["    CPU of its thread", ms(cold.first.cpuMilliseconds), "", "", ""],
  ];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join("  ")
      .trimEnd(),
  );
  const last = `(a) ${ratio(small)} of Go's time, (b) ${ratio(large)} of Go's time, (c) ${ms(cold.later.milliseconds)}, first of a process ${ms(cold.first.milliseconds)}`;
  return [...lines, "", last].join("\n");
}

function ms(time: number): string {
  return `${time.toFixed(1)} ms`;
}

/** Times of one template, and the ratio. */
function cells(comparison: Comparison, count: number): readonly string[] {
  const { ours, go } = comparison;
  const each = (time: number): string => `${((time * 1000) / count).toFixed(1)} µs`;
  return [each(ours), go === undefined ? "" : each(go), ratio(comparison)];
}

function ratio({ ours, go }: Comparison): string {
  return go === undefined ? "–" : (ours / go).toFixed(2);
}
