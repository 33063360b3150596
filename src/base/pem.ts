/** A block of PEM. */
export interface PemBlock {
  /** `CERTIFICATE`, say. */
  readonly type: string;
  readonly bytes: Buffer;
}

/** Writes a block as Go's encoding/pem does, a line break at the end. */
export function encodePem(type: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${type}-----`, ...lines, `-----END ${type}-----`, ""].join("\n");
}

const BEGIN = "-----BEGIN ";
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * The first block in a text, whatever stands around it; headers are skipped.
 *
 * @see Go 1.26 encoding/pem, Decode
 */
export function decodePem(text: string): PemBlock | undefined {
  const lines = text.split("\n").map((line) => line.trimEnd());
  let start = -1;
  for (const [at, line] of lines.entries()) {
    if (line.startsWith(BEGIN) && line.endsWith("-----")) start = at;
    if (start === -1 || !line.startsWith("-----END ")) continue;
    const type = (lines[start] ?? "").slice(BEGIN.length, -5);
    const body = bodyOf(lines.slice(start + 1, at));
    if (line === `-----END ${type}-----` && BASE64.test(body)) {
      return { type, bytes: Buffer.from(body, "base64") };
    }
    start = -1;
  }
  return undefined;
}

function bodyOf(lines: readonly string[]): string {
  const first = lines.findIndex((line) => !line.includes(":"));
  return first === -1 ? "" : lines.slice(first).join("").replace(/[\t ]/g, "");
}
