import { createCipheriv, createHash } from "node:crypto";
import type { JsonValue } from "../../../src/object/json.ts";
import { kudoFunctions } from "../../../src/template/functions/table.ts";
import { goValueOf } from "../../../src/template/goValue.ts";
import type { Limits } from "../../../src/template/limits.ts";
import type { RandomCall, RandomSource } from "../../../src/template/randomSource.ts";
import { parseTemplate } from "../../../src/template/template.ts";

/** The same bytes for the same seed, recorded nowhere. */
export function seededRandom(seed: string): RandomSource {
  const key = createHash("sha256").update(seed).digest();
  const stream = createCipheriv("aes-256-ctr", key, Buffer.alloc(16));
  return { bytes: (count) => stream.update(Buffer.alloc(count)), recall: (_call, make) => make() };
}

/** Gives these bytes and then fails. */
export function fixedRandom(bytes: Uint8Array): RandomSource {
  let at = 0;
  const take = (count: number): Uint8Array => {
    if (at + count > bytes.length) throw new Error("more bytes than there are");
    at += count;
    return bytes.subarray(at - count, at);
  };
  return { bytes: take, recall: (_call, make) => make() };
}

/** Answers every call with a text, without a draw, and keeps what was asked. */
export function recordedRandom(answer: string): RandomSource & { readonly calls: RandomCall[] } {
  const calls: RandomCall[] = [];
  const recall = (call: RandomCall): string => {
    calls.push(call);
    return answer;
  };
  const bytes = (): Uint8Array => {
    throw new Error("a recorded value needs no bytes");
  };
  return { calls, bytes, recall };
}

/** Noon of 1 January 2027, in nanoseconds. */
export const NOW = BigInt(Date.UTC(2027, 0, 1, 12)) * 1_000_000n;

/** The output of a template at {@link NOW}. */
export function render(
  template: string,
  random: RandomSource,
  data: JsonValue = {},
  limits: Partial<Limits> = {},
): string {
  return parseTemplate("t", template, kudoFunctions).execute(goValueOf(data), { random, now: NOW, limits });
}
