import { isUtf8 } from "node:buffer";
import { createHash, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import {
  bitString,
  element,
  integer,
  objectId,
  octetString,
  readElement,
  readElements,
  sequence,
  TRUE,
} from "../../base/der.ts";
import { GoError } from "../goFunction.ts";
import { quote } from "../quote.ts";
import type { Draw } from "./draw.ts";
import { signer } from "./signer.ts";

/** What a certificate says of its owner. */
export interface CertificateTemplate {
  readonly serial: bigint;
  /** Byte string; an empty one leaves the subject empty. */
  readonly commonName: string;
  /** 4 or 16 bytes each. */
  readonly ips: readonly Buffer[];
  /** Byte strings. */
  readonly dnsNames: readonly string[];
  /** In nanoseconds since 1970 UTC. */
  readonly notBefore: bigint;
  readonly notAfter: bigint;
  readonly isAuthority: boolean;
}

/** Whose signature a certificate carries. */
export interface Issuer {
  readonly key: KeyObject;
  /** Of its certificate; `undefined` when the new certificate signs itself. */
  readonly certificate: ParsedCertificate | undefined;
}

/** What of an issuer's certificate goes into those that it signs. */
export interface ParsedCertificate {
  /** The whole name, in DER. */
  readonly subject: Buffer;
  readonly keyId: Buffer | undefined;
  readonly publicKey: KeyObject;
}

/**
 * A signed certificate in DER, with the extensions in Go's order. Throws {@link GoError} with Go's message.
 *
 * @see Go 1.26 crypto/x509/x509.go, CreateCertificate
 */
export function createCertificate(
  template: CertificateTemplate,
  owner: KeyObject,
  issuer: Issuer,
  draw: Draw,
): Buffer {
  const { algorithm, sign } = signer(issuer.key, draw);
  const publicKey = subjectPublicKey(owner);
  const subject = nameOf(template.commonName);
  const issuerName = issuer.certificate?.subject ?? subject;
  const authority = issuerName.equals(subject) ? undefined : issuer.certificate?.keyId;
  const extensions = extensionsOf(template, subject, publicKey, authority);
  if (issuer.certificate && !createPublicKey(issuer.key).equals(issuer.certificate.publicKey)) {
    throw new GoError("x509: provided PrivateKey doesn't match parent's PublicKey");
  }
  const body = sequence(
    element(0xa0, integer(2n)),
    integer(template.serial),
    algorithm,
    issuerName,
    sequence(timeOf(template.notBefore), timeOf(template.notAfter)),
    subject,
    publicKey,
    element(0xa3, sequence(...extensions)),
  );
  return sequence(body, algorithm, bitString(sign(body)));
}

function subjectPublicKey(owner: KeyObject): Buffer {
  if (owner.asymmetricKeyType === "dsa")
    throw new GoError("x509: unsupported public key type: *dsa.PublicKey");
  return createPublicKey(owner).export({ format: "der", type: "spki" });
}

/** A name of a common name alone. */
function nameOf(commonName: string): Buffer {
  if (commonName === "") return sequence();
  const isPrintable = /^[A-Za-z0-9 '()+,./:=?-]*$/.test(commonName);
  const bytes = Buffer.from(commonName, "latin1");
  if (!isPrintable && !isUtf8(bytes)) throw new GoError("asn1: string not valid UTF-8");
  return sequence(element(0x31, sequence(objectId("2.5.4.3"), element(isPrintable ? 0x13 : 0x0c, bytes))));
}

/** UTCTime up to 2049, GeneralizedTime before 1950 and after. */
function timeOf(nanoseconds: bigint): Buffer {
  const seconds = nanoseconds / 1_000_000_000n - (nanoseconds % 1_000_000_000n < 0n ? 1n : 0n);
  const digits = new Date(Number(seconds) * 1000).toISOString().replace(/\.\d+|[-:T]/g, "");
  const year = Number(digits.slice(0, 4));
  return year >= 1950 && year < 2050
    ? element(0x17, Buffer.from(digits.slice(2)))
    : element(0x18, Buffer.from(digits));
}

function extensionsOf(
  { isAuthority, ips, dnsNames }: CertificateTemplate,
  subject: Buffer,
  publicKey: Buffer,
  authority: Buffer | undefined,
): Buffer[] {
  const usage = isAuthority ? bitString(Buffer.from([0xa4]), 2) : bitString(Buffer.from([0xa0]), 5);
  const extensions = [
    extension("2.5.29.15", usage, true),
    extension("2.5.29.37", sequence(objectId("1.3.6.1.5.5.7.3.1"), objectId("1.3.6.1.5.5.7.3.2"))),
    extension("2.5.29.19", isAuthority ? sequence(TRUE) : sequence(), true),
  ];
  if (isAuthority) extensions.push(extension("2.5.29.14", octetString(keyIdOf(publicKey))));
  if (authority) extensions.push(extension("2.5.29.35", sequence(element(0x80, authority))));
  if (ips.length + dnsNames.length > 0) {
    const names = [...dnsNames.map(dnsName), ...ips.map((ip) => element(0x87, ip))];
    extensions.push(extension("2.5.29.17", sequence(...names), subject.equals(sequence())));
  }
  return extensions;
}

function extension(id: string, value: Buffer, isCritical = false): Buffer {
  return sequence(objectId(id), ...(isCritical ? [TRUE] : []), octetString(value));
}

function dnsName(name: string): Buffer {
  for (const char of name) {
    if (char > "\x7f") throw new GoError(`x509: ${quote(name)} cannot be encoded as an IA5String`);
  }
  return element(0x82, Buffer.from(name, "latin1"));
}

/** The first 160 bits of the SHA-256 of the key's bits. @see RFC 7093, 2, method 1 */
function keyIdOf(publicKey: Buffer): Buffer {
  const bits = readElements(readElement(publicKey)?.content ?? publicKey)[1]?.content.subarray(1);
  return createHash("sha256")
    .update(bits ?? publicKey)
    .digest()
    .subarray(0, 20);
}

/** Reads a certificate in DER. Throws {@link GoError}; of Go's reasons only the coarse ones are told apart. */
export function parseCertificate(der: Buffer): ParsedCertificate {
  const outer = readElement(der);
  if (outer?.tag !== 0x30 || outer.content.length < outer.length)
    throw new GoError("x509: malformed certificate");
  const [body] = readElements(outer.content);
  if (body?.tag !== 0x30) throw new GoError("x509: malformed tbs certificate");
  if (outer.raw.length < der.length) throw new GoError("x509: trailing data");
  const parts = readElements(body.content);
  const subject = parts[parts[0]?.tag === 0xa0 ? 5 : 4]?.raw;
  const publicKey = readPublicKey(der);
  if (subject === undefined || publicKey === undefined) throw new GoError("x509: malformed certificate");
  return { subject, keyId: subjectKeyId(parts.find(({ tag }) => tag === 0xa3)?.content), publicKey };
}

function readPublicKey(der: Buffer): KeyObject | undefined {
  try {
    return new X509Certificate(der).publicKey;
  } catch {
    return undefined; // OpenSSL's reasons are not Go's
  }
}

/** @param extensions the sequence of all */
function subjectKeyId(extensions: Buffer | undefined): Buffer | undefined {
  const id = objectId("2.5.29.14");
  const list = extensions && readElement(extensions);
  const found = readElements(list?.content ?? Buffer.alloc(0))
    .map(({ content }) => readElements(content))
    .find(([first]) => first?.raw.equals(id));
  const value = found?.at(-1)?.content;
  return value && readElement(value)?.content;
}
