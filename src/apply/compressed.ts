import { gunzipSync, gzipSync } from "node:zlib";

/** Most that one stored text may unpack to, in bytes: a broken or hostile Secret must not eat the memory. */
const MAX_UNPACKED = 256 * 1024 * 1024;

/** Most that one Secret's data may hold of a piece, in bytes: under the limit of 1 MiB with room for the rest. */
const PIECE_BYTES = 900 * 1024;

/**
 * Compresses text, quickly rather than tightly: a thousand indexes are written in half a minute.
 *
 * Its working memory follows the length: by default zlib takes 268 KB and an answer of a few bytes keeps 16 KB alive.
 */
export function compress(text: string): Buffer {
  const bytes = Buffer.from(text);
  const windowBits = Math.min(15, Math.max(9, Math.ceil(Math.log2(bytes.length + 1))));
  const chunkSize = Math.min(64 * 1024, Math.max(1024, bytes.length >> 1));
  return gzipSync(bytes, { level: 1, windowBits, memLevel: Math.max(1, windowBits - 7), chunkSize });
}

/** The text again. Throws on damaged bytes. */
export function decompress(bytes: Buffer): string {
  // gzip says at the end how long the text is, modulo 4 GiB; a lie costs only more turns.
  const length = bytes.length < 4 ? 0 : bytes.readUInt32LE(bytes.length - 4);
  const chunkSize = Math.min(64 * 1024, Math.max(1024, length));
  return gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED, chunkSize }).toString("utf8");
}

/** Pieces that fit into one Secret each; at least one. */
export function piecesOf(bytes: Buffer): readonly Buffer[] {
  const count = Math.max(1, Math.ceil(bytes.length / PIECE_BYTES));
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * PIECE_BYTES, (i + 1) * PIECE_BYTES));
}
