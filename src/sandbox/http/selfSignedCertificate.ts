import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import {
  bitString,
  element,
  integer,
  numberOf,
  objectId,
  octetString,
  sequence,
  TRUE,
} from "../../base/der.ts";
import { ipBytes } from "../../base/ipBytes.ts";
import { encodePem } from "../../base/pem.ts";

/** A certificate that vouches for itself, and its private key, both PEM. */
export interface SelfSigned {
  readonly certificate: string;
  readonly privateKey: string;
}

const YEARS = 10;
const COMMON_NAME = objectId("2.5.4.3");
const ECDSA_SHA256 = objectId("1.2.840.10045.4.3.2");
const BASIC_CONSTRAINTS = objectId("2.5.29.19");
const ALTERNATIVE_NAMES = objectId("2.5.29.17");

/**
 * Makes a certificate for host names and addresses, valid from an hour ago for ten years.
 *
 * kubectl sends a bearer token over TLS only, so the sandbox needs one of its own.
 *
 * @see RFC 5280, 4.1
 */
export function selfSignedCertificate(hosts: readonly string[], now: number): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const algorithm = sequence(ECDSA_SHA256);
  const name = sequence(element(0x31, sequence(COMMON_NAME, text(0x0c, "lockstep-sandbox"))));
  const from = now - 3_600_000;
  const until = now + YEARS * 365 * 86_400_000;
  const body = sequence(
    element(0xa0, integer(2n)),
    integer(serialNumber()),
    algorithm,
    name,
    sequence(time(from), time(until)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    element(0xa3, sequence(constraints(), alternativeNames(hosts))),
  );
  const signature = sign("sha256", body, privateKey);
  const certificate = sequence(body, algorithm, bitString(signature));
  return {
    certificate: encodePem("CERTIFICATE", certificate),
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** Sixteen bytes, the first of which makes the number positive and as long as that. */
function serialNumber(): bigint {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return numberOf(bytes);
}

function constraints(): Buffer {
  return sequence(BASIC_CONSTRAINTS, TRUE, octetString(sequence(TRUE)));
}

function alternativeNames(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) => {
    const address = ipBytes(host);
    return address ? element(0x87, address) : text(0x82, host);
  });
  return sequence(ALTERNATIVE_NAMES, octetString(sequence(...names)));
}

function text(tag: number, value: string): Buffer {
  return element(tag, Buffer.from(value));
}

/** GeneralizedTime, `YYYYMMDDHHMMSSZ`. RFC 5280 wants UTCTime before 2050; verifiers read both. */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]/g, "").slice(0, 14);
  const year = Number(digits.slice(0, 4));
  return year < 2050 ? text(0x17, `${digits.slice(2)}Z`) : text(0x18, `${digits}Z`);
}
