import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { createPrompt } from "../../src/cli/prompt.ts";

test("lines answer the questions in turn, whenever they came, and the end of input answers nothing", async () => {
  const input = new PassThrough();
  const output = new PassThrough();
  const prompt = createPrompt(input, output, { signal: new AbortController().signal, interrupt: () => {} });
  input.write("one\ntwo\nthr");
  expect([await prompt.ask("1? "), await prompt.ask("2? ")]).toEqual(["one", "two"]);
  const third = prompt.ask("3? ");
  input.end("ee");
  expect([await third, await prompt.ask("4? ")]).toEqual(["three", undefined]);
  prompt.close();
  output.end();
  expect(await text(output)).toBe("1? 2? 3? 4? ");
});

test("a person who gives up ends the question", async () => {
  const stop = new AbortController();
  const prompt = createPrompt(new PassThrough(), new PassThrough(), {
    signal: stop.signal,
    interrupt: () => {},
  });
  const asked = prompt.ask("? ");
  stop.abort();
  await expect(asked).rejects.toThrow();
});
