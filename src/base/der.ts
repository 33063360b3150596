/** Writes and reads DER, the binary form of keys and certificates. @see ITU-T X.690 */

const SEQUENCE = 0x30;

/** One element: its tag byte, the contents one after the other. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(content.length)]), content]);
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes = [...unsigned(BigInt(length))];
  return [0x80 | bytes.length, ...bytes];
}

/** A SEQUENCE. */
export function sequence(...items: readonly Uint8Array[]): Buffer {
  return element(SEQUENCE, ...items);
}

/** An INTEGER that is not negative. */
export function integer(value: bigint): Buffer {
  const bytes = unsigned(value);
  return (bytes[0] ?? 0) < 0x80 ? element(2, bytes) : element(2, Buffer.from([0]), bytes);
}

/** An OBJECT IDENTIFIER, written with dots. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return element(6, Buffer.from([40 * first + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value % 128];
  for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128)) {
    digits.unshift(0x80 | (left % 128));
  }
  return digits;
}

/** A BIT STRING; the last `unused` bits do not count. */
export function bitString(bytes: Uint8Array, unused = 0): Buffer {
  return element(3, Buffer.from([unused]), bytes);
}

/** An OCTET STRING. */
export function octetString(bytes: Uint8Array): Buffer {
  return element(4, bytes);
}

/** What is present only when true. */
export const TRUE = element(1, Buffer.from([0xff]));

/** The NULL that stands for no parameters. */
export const NULL = element(5);

/** Bytes of a number that is not negative, the highest first; one zero byte for 0. */
export function unsigned(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
}

/** The number that bytes write, the highest first. */
export function numberOf(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

/** An element as it was read. */
export interface DerElement {
  readonly tag: number;
  /** As it says, which may be more than there is. */
  readonly length: number;
  readonly content: Buffer;
  /** With tag and length. */
  readonly raw: Buffer;
}

/** Reads one element at the start; `undefined` when there is none. Of tags above 30 nothing here makes use. */
export function readElement(bytes: Buffer): DerElement | undefined {
  const tag = bytes[0];
  const first = bytes[1];
  if (tag === undefined || first === undefined) return undefined;
  const more = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || more > 4 || bytes.length < 2 + more) return undefined;
  const length = more === 0 ? first : bytes.readUIntBE(2, more);
  const end = 2 + more + length;
  return { tag, length, content: bytes.subarray(2 + more, end), raw: bytes.subarray(0, end) };
}

/** The elements that bytes hold, one after the other, up to where they make no sense. */
export function readElements(bytes: Buffer): DerElement[] {
  const elements: DerElement[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const next = readElement(rest);
    if (next === undefined || next.content.length < next.length) break;
    elements.push(next);
    rest = rest.subarray(next.raw.length);
  }
  return elements;
}
