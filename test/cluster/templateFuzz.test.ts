import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const main = join(import.meta.dirname, "../template/fuzz/main.ts");
const goVersion = spawnSync("go", ["env", "GOVERSION"], { encoding: "utf8" }).stdout ?? "";

// It needs no cluster, but Go, which `npm test` must do without; other rows each time, whose seed is in the output.
test.skipIf(!/^go1\.(?:2[6-9]|[3-9]\d)/.test(goVersion))(
  "5,000 made-up templates agree with Go",
  async () => {
    const { code, out } = await run(["--rows", "5000"]);
    console.log(out.trimEnd().split("\n").at(-1));
    expect(out).toMatch(/5000 rows, 5000 agreed, 0 differed \(seed \d+\)\n$/);
    expect(code).toBe(0);
  },
  240_000,
);

function run(args: readonly string[]): Promise<{ code: number | null; out: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, ...args], (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, out: stdout + stderr }),
    );
  });
}
