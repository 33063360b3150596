import { expect, test } from "vitest";
import { createPinoLogger } from "../../src/telemetry/pinoLogger.ts";

test("a line is one JSON object with time, level, facts and message", () => {
  const lines = capture("info", (log) => log.info({ instance: "a/b", durationMs: 3 }, "plan finished"));
  expect(lines).toEqual([
    {
      level: "info",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      instance: "a/b",
      durationMs: 3,
      msg: "plan finished",
    },
  ]);
});

test("what is below the level is not written", () => {
  expect(capture("warn", (log) => log.info({}, "nothing"))).toEqual([]);
});

test("secrets are masked, and an error brings nothing along but its words", () => {
  const cause = Object.assign(new Error("socket hang up"), {
    request: { headers: { authorization: "Bearer x" } },
  });
  const error = new Error("no answer", { cause });
  const [line] = capture("debug", (log) =>
    log.error({ token: "abc", nested: { password: "def" }, error }, "request failed"),
  );
  expect(JSON.stringify(line)).not.toMatch(/abc|def|Bearer/);
  expect(line).toMatchObject({
    token: "•••",
    error: { message: "no answer", cause: { message: "socket hang up" } },
  });
});

function capture(
  level: "debug" | "info" | "warn",
  use: (log: ReturnType<typeof createPinoLogger>) => void,
): unknown[] {
  const lines: unknown[] = [];
  use(createPinoLogger({ level, destination: { write: (line: string) => lines.push(JSON.parse(line)) } }));
  return lines;
}
