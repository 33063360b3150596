import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const MAIN = join(import.meta.dirname, "../../src/cli/main.ts");

test("a demo whose reader leaves removes what it made", async () => {
  const folder = await mkdtemp(join(tmpdir(), "closed-pipe-"));
  const child = spawn(process.execPath, [MAIN, "demo", "--once", "--port", "0"], {
    env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, NODE_DISABLE_COMPILE_CACHE: "1" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  child.stdout.once("data", () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.once("exit", resolve));
  expect(code).toBe(0);
  expect((await readdir(folder)).filter((name) => name.startsWith("lockstep-demo-"))).toEqual([]);
  await rm(folder, { recursive: true, force: true });
}, 30_000);
