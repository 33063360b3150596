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
  readonly cold: ColdTimes;
}

/** A table for people; its last line has the ratios alone. */
export function templateReport(figures: TemplateFigures): string {
  const { small, smallAlone, large, rows, runs, cold } = figures;
  const table = [
    ["shape", "ours", "Go", "ratio", "reach"],
    ["(a) small templates, parse and run", ...cells(small, rows), "1.50"],
    ["    Go told all functions each time", ...cells(smallAlone, rows), ""],
    ["(b) large templates, run", ...cells(large, runs), "1.00"],
    ["(c) cold package of 30 templates", ms(cold.milliseconds), "", "", "30 ms"],
    ["    CPU of its thread", ms(cold.cpuMilliseconds), "", "", ""],
  ];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join("  ")
      .trimEnd(),
  );
  const last = `(a) ${ratio(small)} of Go's time, (b) ${ratio(large)} of Go's time, (c) ${ms(cold.milliseconds)}, CPU ${ms(cold.cpuMilliseconds)}`;
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
