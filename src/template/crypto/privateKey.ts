import { createECDH, createPrivateKey, type KeyObject } from "node:crypto";
import { bitString, element, integer, readElement, readElements, sequence } from "../../base/der.ts";
import { decodePem, encodePem } from "../../base/pem.ts";
import { GoError } from "../goFunction.ts";
import { rsaProblem } from "./rsaProblem.ts";

/** The PEM that Sprig writes for a key of RSA, of an elliptic curve, or else in PKCS #8. */
export function privateKeyPem(key: KeyObject): string {
  switch (key.asymmetricKeyType) {
    case "rsa":
      return encodePem("RSA PRIVATE KEY", key.export({ format: "der", type: "pkcs1" }));
    case "ec":
      return encodePem("EC PRIVATE KEY", key.export({ format: "der", type: "sec1" }));
    default:
      return encodePem("PRIVATE KEY", key.export({ format: "der", type: "pkcs8" }));
  }
}

/** Reads the key in a PEM text. Throws {@link GoError}. @see Sprig 3.3 crypto.go, parsePrivateKeyPEM */
export function parsePrivateKey(pem: string): KeyObject {
  const block = decodePem(pem);
  if (block === undefined) throw new GoError("no PEM data in input");
  const { type, bytes } = block;
  switch (type) {
    case "PRIVATE KEY":
      return readKey("pkcs8", bytes, (problem) => `decoding PEM as PKCS#8: ${problem}`);
    case "RSA PRIVATE KEY":
      return readKey("pkcs1", bytes, (problem) => `parsing RSA private key from PEM: ${problem}`);
    case "EC PRIVATE KEY":
      return readKey("sec1", bytes, (problem) => `parsing EC private key from PEM: ${problem}`);
    case "DSA PRIVATE KEY":
      return readDsaKey(bytes);
    default:
      throw new GoError(
        type.endsWith(" PRIVATE KEY")
          ? `invalid private key type ${type}`
          : `no private key data in PEM block of type ${type}`,
      );
  }
}

/** Reads an RSA key in PKCS #1. Throws {@link GoError}. */
export function readRsaKey(der: Buffer): KeyObject {
  return readKey("pkcs1", der, (problem) => problem);
}

type Form = "pkcs1" | "sec1" | "pkcs8";

function readKey(form: Form, der: Buffer, message: (problem: string) => string): KeyObject {
  const key = tryKey(form, der);
  if (key === undefined || !KEY_TYPES[form].includes(key.asymmetricKeyType ?? "")) {
    throw new GoError(message(keyProblem(form, der)));
  }
  if (key.asymmetricKeyType === "ec") {
    const whole = withOwnPublicKey(key);
    if (whole === undefined) throw new GoError(message("x509: invalid elliptic curve private key value"));
    return whole;
  }
  const isRsa = key.asymmetricKeyType === "rsa";
  const problem = isRsa
    ? rsaProblem(form === "pkcs1" ? der : key.export({ format: "der", type: "pkcs1" }))
    : undefined;
  if (problem !== undefined) throw new GoError(message(problem));
  return key;
}

/**
 * The key with its public half computed anew, as Go does: OpenSSL believes the one that is written beside the secret.
 * `undefined` when there is none to such a secret.
 */
function withOwnPublicKey(key: KeyObject): KeyObject | undefined {
  const der = sec1Of(key);
  if (der === undefined) return undefined;
  const [version, secret, curve] = readElements(readElement(der)?.content ?? der);
  const name = key.asymmetricKeyDetails?.namedCurve;
  if (!version || !secret || !curve || name === undefined) return undefined;
  const point = createECDH(name);
  try {
    point.setPrivateKey(secret.content);
  } catch {
    return undefined; // zero, or not below the order of the curve
  }
  const parts = [version.raw, secret.raw, curve.raw, element(0xa1, bitString(point.getPublicKey()))];
  return createPrivateKey({ key: sequence(...parts), format: "der", type: "sec1" });
}

function sec1Of(key: KeyObject): Buffer | undefined {
  try {
    return key.export({ format: "der", type: "sec1" });
  } catch {
    return undefined; // a secret of more bytes than the curve has
  }
}

const KEY_TYPES: Readonly<Record<Form, readonly string[]>> = {
  pkcs1: ["rsa"],
  sec1: ["ec"],
  pkcs8: ["rsa", "ec", "ed25519", "x25519"],
};

/** The tag of what follows the version, by which the forms differ; OpenSSL takes each for the others. */
const SECOND_TAGS: Readonly<Record<Form, number>> = { pkcs1: 0x02, sec1: 0x04, pkcs8: 0x30 };

function tryKey(form: Form, der: Buffer): KeyObject | undefined {
  if (readElements(readElement(der)?.content ?? der)[1]?.tag !== SECOND_TAGS[form]) return undefined;
  const numbers = form === "pkcs1" ? rsaNumbers(der) : undefined;
  const key = numbers ? sequence(integer(0n), ...numbers) : der;
  try {
    return createPrivateKey({ key, format: "der", type: form });
  } catch {
    return undefined; // OpenSSL's reasons are not Go's
  }
}

/** The numbers of an RSA key after its version, which Go accepts to be 1, in DER; `undefined` when they are not all there. */
function rsaNumbers(der: Buffer): Buffer[] | undefined {
  const numbers = readElements(readElement(der)?.content ?? der);
  const isRsa = numbers.length >= 9 && numbers.slice(0, 9).every(({ tag }) => tag === 2);
  return isRsa && numbers[9]?.tag !== 0x30 ? numbers.slice(1, 9).map(({ raw }) => raw) : undefined;
}

/** OpenSSL reads what it writes itself, in PEM only. */
function readDsaKey(der: Buffer): KeyObject {
  try {
    return createPrivateKey(encodePem("DSA PRIVATE KEY", der));
  } catch {
    throw new GoError(`parsing DSA private key from PEM: ${asn1Problem(der, "DSAKeyFormat")}`);
  }
}

const FORMS: readonly { readonly form: Form; readonly type: string; readonly parser: string }[] = [
  { form: "pkcs1", type: "pkcs1PrivateKey", parser: "ParsePKCS1PrivateKey" },
  { form: "sec1", type: "ecPrivateKey", parser: "ParseECPrivateKey" },
  { form: "pkcs8", type: "pkcs8", parser: "ParsePKCS8PrivateKey" },
];

/** What Go's parser of a form says to bytes that are something else. */
function keyProblem(form: Form, der: Buffer): string {
  const other = FORMS.find((each) => each.form !== form && tryKey(each.form, der) !== undefined);
  if (other !== undefined) {
    return `x509: failed to parse private key (use ${other.parser} instead for this key format)`;
  }
  const mismatch = form === "pkcs1" && rsaNumbers(der) ? rsaProblem(der) : undefined;
  if (mismatch !== undefined) return mismatch;
  const problem = asn1Problem(der, FORMS.find((each) => each.form === form)?.type ?? "");
  return form === "sec1" ? `x509: failed to parse EC private key: ${problem}` : problem;
}

/** Go's message for bytes that are no sequence of a number and more; the deeper ones are not told apart. */
function asn1Problem(der: Buffer, type: string): string {
  const outer = readElement(der);
  if (outer === undefined) return "asn1: syntax error: sequence truncated";
  if (outer.tag !== 0x30) return wrongTag(16, outer, type, 2);
  const [first] = readElements(outer.content);
  if (outer.content.length < outer.length || first === undefined || first.tag === 2) {
    return "asn1: syntax error: sequence truncated";
  }
  return wrongTag(2, first, "int", outer.raw.length - outer.content.length);
}

function wrongTag(
  wanted: number,
  found: { readonly tag: number; readonly length: number },
  type: string,
  offset: number,
): string {
  const { tag, length } = found;
  const seen = `{class:${tag >> 6} tag:${tag & 0x1f} length:${length} isCompound:${(tag & 0x20) !== 0}}`;
  const options =
    "{optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false}";
  return `asn1: structure error: tags don't match (${wanted} vs ${seen}) ${options} ${type} @${offset}`;
}
