import { createHash } from "node:crypto";
import { ANY, fn, GoError, type GoFunctions, STRING } from "../goFunction.ts";
import type { GoValue } from "../goValue.ts";
import { yamlOf } from "../yamlPrinter.ts";
import { decodeBase32, encodeBase32 } from "./base32.ts";
import { decodeBase64 } from "./base64.ts";

/** Sprig's encodings and checksums, and KUDO's `toYaml`. @see Sprig 2.22 strings.go, crypto.go */
export const ENCODING_FUNCTIONS: GoFunctions = new Map([
  ["b64enc", fn([STRING], ([bytes]) => Buffer.from(bytes, "latin1").toString("base64"))],
  ["b64dec", fn([STRING], ([text]) => decodeBase64(text))],
  ["b32enc", fn([STRING], ([bytes]) => encodeBase32(bytes))],
  ["b32dec", fn([STRING], ([text]) => decodeBase32(text))],
  ["sha1sum", fn([STRING], ([bytes]) => digest("sha1", bytes))],
  ["sha256sum", fn([STRING], ([bytes]) => digest("sha256", bytes))],
  ["sha512sum", fn([STRING], ([bytes]) => digest("sha512", bytes))],
  ["adler32sum", fn([STRING], ([bytes]) => String(adler32(bytes)))],
  ["toYaml", fn([ANY], ([value]) => toYaml(value))],
]);

function digest(algorithm: string, bytes: string): string {
  return createHash(algorithm).update(bytes, "latin1").digest("hex");
}

function adler32(bytes: string): number {
  let a = 1;
  let b = 0;
  for (let at = 0; at < bytes.length; at++) {
    a = (a + bytes.charCodeAt(at)) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}

function toYaml(value: GoValue): string {
  try {
    return yamlOf(value);
  } catch (error) {
    if (error instanceof TypeError) throw new GoError(error.message);
    throw error;
  }
}
