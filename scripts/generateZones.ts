/**
 * Writes src/template/time/zoneTable.ts from the time zones that Go ships: `node scripts/generateZones.ts`. Needs `go`.
 *
 * One line per zone: names, kinds of time `NAME OFFSET`, which of them is the first, changes, rule for the time after.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

interface Change {
  readonly at: bigint;
  readonly kind: number;
}

interface Kind {
  readonly name: string;
  readonly offset: number;
  readonly isSummer: boolean;
}

/** Files of a zip archive without compression. */
function filesOf(zip: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let at = 0; zip.readUInt32LE(at) === 0x04034b50; ) {
    if (zip.readUInt16LE(at + 8) !== 0) throw new Error("the archive is compressed");
    const size = zip.readUInt32LE(at + 18);
    const nameLength = zip.readUInt16LE(at + 26);
    const start = at + 30 + nameLength + zip.readUInt16LE(at + 28);
    const name = zip.toString("utf8", at + 30, at + 30 + nameLength);
    if (!name.endsWith("/")) files.set(name, zip.subarray(start, start + size));
    at = start + size;
  }
  return files;
}

/** RFC 8536; the second block, which has 64-bit times. */
function zoneLine(data: Buffer): string {
  const counts = (at: number): number[] => [0, 1, 2, 3, 4, 5].map((i) => data.readUInt32BE(at + 20 + 4 * i));
  const [isUt = 0, isStd = 0, leap = 0, times = 0, types = 0, chars = 0] = counts(0);
  const second = 44 + times * 5 + types * 6 + chars + leap * 8 + isStd + isUt;
  const [isUt2 = 0, isStd2 = 0, leap2 = 0, times2 = 0, types2 = 0, chars2 = 0] = counts(second);
  const start = second + 44;
  const kindsAt = start + times2 * 9;
  const namesAt = kindsAt + types2 * 6;
  const kinds = Array.from({ length: types2 }, (_, i): Kind => {
    const at = kindsAt + 6 * i;
    const name = namesAt + data.readUInt8(at + 5);
    return {
      offset: data.readInt32BE(at),
      isSummer: data.readUInt8(at + 4) === 1,
      name: data.toString("latin1", name, data.indexOf(0, name)),
    };
  });
  const changes = Array.from(
    { length: times2 },
    (_, i): Change => ({
      at: data.readBigInt64BE(start + 8 * i),
      kind: data.readUInt8(start + times2 * 8 + i),
    }),
  );
  const footerAt = namesAt + chars2 + leap2 * 12 + isStd2 + isUt2;
  const footer = data.toString("latin1", footerAt + 1, data.indexOf(10, footerAt + 1));
  let before = 0n;
  const shown = changes.map(({ at, kind }) => {
    const delta = at - before;
    before = at;
    return `${delta.toString(36)}:${kind}`;
  });
  const texts = kinds.map(({ name, offset }) => `${name} ${offset}`);
  return [texts.join(","), firstKind(kinds, changes), shown.join(","), footer].join("\t");
}

/** What holds before the first change. @see Go 1.26 time/zoneinfo.go, lookupFirstZone */
function firstKind(kinds: readonly Kind[], changes: readonly Change[]): number {
  if (!changes.some(({ kind }) => kind === 0)) return 0;
  const first = changes[0]?.kind ?? 0;
  if (kinds[first]?.isSummer === true) {
    for (let kind = first - 1; kind >= 0; kind--) {
      if (kinds[kind]?.isSummer === false) return kind;
    }
  }
  return Math.max(
    0,
    kinds.findIndex(({ isSummer }) => !isSummer),
  );
}

const root = execFileSync("go", ["env", "GOROOT"], { encoding: "utf8" }).trim();
const namesByLine = new Map<string, string[]>();
for (const [name, data] of filesOf(readFileSync(join(root, "lib/time/zoneinfo.zip")))) {
  const line = zoneLine(data);
  namesByLine.set(line, [...(namesByLine.get(line) ?? []), name]);
}
const text = [...namesByLine].map(([line, names]) => `${names.join(" ")}\t${line}\n`).join("");
const packed = brotliCompressSync(text, {
  params: { [constants.BROTLI_PARAM_LGWIN]: 22, [constants.BROTLI_PARAM_QUALITY]: 11 },
}).toString("base64");
writeFileSync(
  join(import.meta.dirname, "../src/template/time/zoneTable.ts"),
  `/** Time zones, packed with Brotli; made by scripts/generateZones.ts. */\nexport const ZONE_TABLE =\n  "${packed}";\n`,
);
