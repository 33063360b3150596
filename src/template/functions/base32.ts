const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Base32 with padding, Go's base32.StdEncoding. */
export function encodeBase32(bytes: string): string {
  let out = "";
  for (let at = 0; at < bytes.length; at += 5) {
    const chunk = bytes.slice(at, at + 5);
    let bits = "";
    for (const byte of chunk) bits += byte.charCodeAt(0).toString(2).padStart(8, "0");
    const digits = bits.match(/.{1,5}/g) ?? [];
    const text = digits.map((digit) => ALPHABET[Number.parseInt(digit.padEnd(5, "0"), 2)]).join("");
    out += text.padEnd(8, "=");
  }
  return out;
}

/**
 * The decoded bytes, or the text of Go's error, which is what Sprig's b32dec gives.
 *
 * @see Go 1.26 encoding/base32, decode
 */
export function decodeBase32(text: string): string {
  const source = text.replace(/[\r\n]/g, "");
  let out = "";
  for (let at = 0; at < source.length; at += 8) {
    const quantum = source.slice(at, at + 8);
    const digits = /^[A-Z2-7]*/.exec(quantum)?.[0].length ?? 0;
    const bad = badQuantum(quantum, digits, at, source.length);
    if (bad !== undefined) return `illegal base32 data at input byte ${bad}`;
    out += bytesOfDigits(quantum.slice(0, digits));
    if (digits < 8) break;
  }
  return out;
}

/** Where a group of eight goes wrong: a strange character, too few digits, or data after the padding. */
function badQuantum(quantum: string, digits: number, at: number, length: number): number | undefined {
  if (digits === 8) return undefined;
  const end = quantum[digits];
  if (end === undefined) return length - digits;
  if (end !== "=" || digits < 2) return at + digits;
  if (quantum.length < 8) return length;
  const notPadding = /[^=]/.exec(quantum.slice(digits));
  if (notPadding !== null) return at + digits + notPadding.index - 1;
  if (digits === 3 || digits === 6) return at + digits;
  return at + 8 < length ? at + digits : undefined;
}

function bytesOfDigits(digits: string): string {
  let bits = "";
  for (const digit of digits) bits += ALPHABET.indexOf(digit).toString(2).padStart(5, "0");
  const bytes = bits.match(/.{8}/g) ?? [];
  return bytes.map((byte) => String.fromCharCode(Number.parseInt(byte, 2))).join("");
}
