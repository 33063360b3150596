import { gunzipSync, gzipSync } from "node:zlib";

/** Most that one stored text may unpack to, in bytes: a broken or hostile Secret must not eat the memory. */
const MAX_UNPACKED = 256 * 1024 * 1024;

/** Most that one Secret's data may hold of a piece, in bytes: under the limit of 1 MiB with room for the rest. */
export const PIECE_BYTES = 900 * 1024;

/** Compresses text, quickly rather than tightly: a thousand indexes are written in half a minute. */
export function compress(text: string): Buffer {
  return gzipSync(text, { level: 1 });
}

/** The text again. Throws on damaged bytes. */
export function decompress(bytes: Buffer): string {
  return gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED }).toString("utf8");
}

/** Pieces that fit into one Secret each; at least one. */
export function piecesOf(bytes: Buffer): readonly Buffer[] {
  const count = Math.max(1, Math.ceil(bytes.length / PIECE_BYTES));
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * PIECE_BYTES, (i + 1) * PIECE_BYTES));
}
