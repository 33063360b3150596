import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Answer } from "../../../src/cli/check/answerOf.ts";
import type { FuzzRow } from "./shapes.ts";

const source = join(import.meta.dirname, "../go");

/** Builds the judge of `test/template/go` into the user's cache, once for each state of its source. */
export function buildJudge(): string {
  const hash = createHash("sha256");
  for (const file of readdirSync(source).filter((name) => /\.(go|mod|sum)$/.test(name))) {
    hash.update(file).update(readFileSync(join(source, file)));
  }
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "lockstep/templatejudge");
  const binary = join(cache, hash.digest("hex").slice(0, 16));
  if (existsSync(binary)) return binary;
  mkdirSync(cache, { recursive: true });
  const { status, error, stderr } = spawnSync("go", ["build", "-trimpath", "-o", binary, "."], {
    cwd: source,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`go build: ${error?.message ?? stderr}`);
  return binary;
}

/**
 * What Go makes of a row; `died` when that takes the judge down, as printing a map inside itself does, or does not
 * end.
 */
export type Judgement = Answer | { readonly kind: "died" };

/** Long enough for any batch that holds no endless row. */
const PATIENCE_MS = 10_000;

/** The judge as a running process, which answers rows in their order. */
export class GoJudge {
  readonly #binary: string;
  /** Time zones as Go itself has them: those of machines differ in what was before 1970. */
  readonly #zones: string;
  #child: ChildProcessByStdio<Writable, Readable, null> | undefined;
  #lines: AsyncIterator<string> | undefined;

  constructor(binary: string) {
    this.#binary = binary;
    const { stdout } = spawnSync("go", ["env", "GOROOT"], { encoding: "utf8" });
    this.#zones = join(stdout?.trim() ?? "", "lib/time/zoneinfo.zip");
  }

  async judge(rows: readonly FuzzRow[]): Promise<readonly Judgement[]> {
    const answers = await this.#ask(rows);
    if (answers.length === rows.length) return answers;
    // It died on one of them: ask one by one, to know which.
    const single: Judgement[] = [];
    for (const row of rows) single.push((await this.#ask([row]))[0] ?? { kind: "died" });
    return single;
  }

  /** Fewer answers than rows when the judge dies. */
  async #ask(rows: readonly FuzzRow[]): Promise<readonly Judgement[]> {
    const lines = this.#lines ?? this.#start();
    for (const { name, template, data } of rows) {
      this.#child?.stdin.write(`${JSON.stringify({ name, template, data })}\n`);
    }
    const answers: Judgement[] = [];
    while (answers.length < rows.length) {
      const { done, value } = await this.#within(lines.next());
      if (done) {
        this.stop();
        break;
      }
      const { output, error } = JSON.parse(value) as { output?: string; error?: string };
      answers.push(
        output === undefined ? { kind: "error", message: error ?? "" } : { kind: "output", text: output },
      );
    }
    return answers;
  }

  /** An answer that does not come in time is none: Go sets no limit to a template's work. */
  async #within(next: Promise<IteratorResult<string>>): Promise<IteratorResult<string>> {
    const timer = setTimeout(() => this.stop(), PATIENCE_MS);
    try {
      return await next;
    } finally {
      clearTimeout(timer);
    }
  }

  #start(): AsyncIterator<string> {
    const child = spawn(this.#binary, [], {
      stdio: ["pipe", "pipe", "ignore"],
      env: { ...process.env, TZ: "UTC", ZONEINFO: this.#zones },
    });
    child.stdin.on("error", () => {}); // it died; the missing answers tell
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return this.#lines;
  }

  stop(): void {
    this.#child?.kill();
    this.#child = undefined;
    this.#lines = undefined;
  }
}
