import { type Draw, drawBelow } from "../crypto/draw.ts";
import {
  type CallContext,
  fn,
  GoError,
  type GoFunction,
  type GoFunctions,
  INT,
  LimitError,
  STRING,
} from "../goFunction.ts";
import { bytesOf, bytesOfRunes, runesOf, textOf } from "../goString.ts";
import { type Int, wrapInt } from "../goValue.ts";
import type { Limits } from "../limits.ts";

const DIGITS = "0123456789";
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** The printable characters of ASCII, from the space to the tilde. */
const PRINTABLE = String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 32 + index));

/** Sprig's random values. @see Sprig 3.3 functions.go, strings.go, crypto.go; goutils 1.1 CryptoRandom */
export const RANDOM_FUNCTIONS: GoFunctions = new Map([
  randomText("randAlphaNum", DIGITS + LETTERS),
  randomText("randAlpha", LETTERS),
  randomText("randNumeric", DIGITS),
  randomText("randAscii", PRINTABLE),
  ["randBytes", fn([INT], ([count], context) => randBytes(count, context))],
  ["randInt", fn([INT, INT], ([from, end], context) => randInt(from, end, context))],
  ["shuffle", fn([STRING], ([text], context) => shuffle(text, context))],
  ["uuidv4", fn([], (_args, context) => uuid(context))],
]);

/** A function that gives so many characters of an alphabet; none for a negative count, as in Sprig. */
function randomText(name: string, alphabet: string): [string, GoFunction] {
  const call = (count: Int, context: CallContext): string => {
    if (count <= 0) return "";
    const length = checkedSize(Number(count), context.limits);
    return context.recall(name, [count], () => drawText(length, alphabet, context));
  };
  return [name, fn([INT], ([count], context) => call(count, context))];
}

/** Units of work for a random character. */
const CHARACTER_WORK = 8;

function drawText(length: number, alphabet: string, context: CallContext): string {
  context.charge(length * CHARACTER_WORK);
  const end = 256 - (256 % alphabet.length); // the bytes past it would favour the first characters
  const draw = drawOf(context);
  let text = "";
  while (text.length < length) {
    const bytes = draw(Math.min(4096, Math.ceil((length - text.length) * 1.25)));
    for (const byte of bytes) {
      if (byte < end && text.length < length) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}

/** So many bytes in base64. */
function randBytes(count: Int, context: CallContext): string {
  if (count < 0) throw new GoError("runtime error: makeslice: len out of range");
  if (count === 0) return "";
  checkedSize(Math.ceil(Number(count) / 3) * 4, context.limits);
  return context.recall("randBytes", [count], () =>
    Buffer.from(drawOf(context)(Number(count))).toString("base64"),
  );
}

/** A number from `from` to `end` - 1. */
function randInt(from: Int, end: Int, context: CallContext): Int {
  const range = BigInt.asIntN(64, BigInt(end) - BigInt(from));
  if (range <= 0n) throw new GoError("invalid argument to Intn");
  const made = context.recall("randInt", [from, end], () =>
    String(BigInt(from) + drawBelow(range, drawOf(context))),
  );
  if (!/^-?\d{1,20}$/.test(made)) throw new GoError(unreadable("randInt"));
  return wrapInt(BigInt(made));
}

/** Units of work for a character to shuffle. */
const SHUFFLE_WORK = 64;

/** The code points in another order; bytes that are no UTF-8 become U+FFFD. */
function shuffle(bytes: string, context: CallContext): string {
  const runes = runesOf(bytes);
  if (runes.length < 2) return bytesOfRunes(runes);
  const made = context.recall("shuffle", [bytes], () => {
    context.charge(runes.length * SHUFFLE_WORK);
    const below = numberSource(drawOf(context));
    for (let i = runes.length - 1; i > 0; i--) {
      const j = below(i + 1);
      [runes[i], runes[j]] = [runes[j] ?? 0, runes[i] ?? 0];
    }
    return textOf(bytesOfRunes(runes));
  });
  return bytesOf(made);
}

/** Numbers of 0 to `end` - 1, for ends up to 2^32; draws many bytes at once. */
function numberSource(draw: Draw): (end: number) => number {
  let bytes = Buffer.alloc(0);
  let at = 0;
  const next = (): number => {
    if (at === bytes.length) {
      bytes = Buffer.from(draw(1024));
      at = 0;
    }
    at += 4;
    return bytes.readUInt32BE(at - 4);
  };
  return (end) => {
    const limit = 2 ** 32 - (2 ** 32 % end);
    for (;;) {
      const value = next();
      if (value < limit) return value % end;
    }
  };
}

function uuid(context: CallContext): string {
  return context.recall("uuidv4", [], () => {
    const bytes = Buffer.from(drawOf(context)(16));
    bytes[6] = 0x40 | ((bytes[6] ?? 0) & 0x0f);
    bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
    return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  });
}

/** Units of work to get any random bytes at all. */
const DRAW_WORK = 1024;

/** The source of random bytes of a call. */
export function drawOf(context: CallContext): Draw {
  return (count) => {
    context.charge(DRAW_WORK + count);
    return context.random.bytes(count);
  };
}

/** What is wrong with a record that is not what its function writes; it may have been secret, so it is not shown. */
export function unreadable(name: string): string {
  return `the recorded value of an earlier ${name} cannot be read`;
}

function checkedSize(size: number, { valueSize }: Limits): number {
  if (size > valueSize) throw new LimitError(`a value is larger than ${valueSize}`, "valueSize");
  return size;
}
