import type { KeyObject } from "node:crypto";
import { ipBytes } from "../../base/ipBytes.ts";
import { decodePem, encodePem } from "../../base/pem.ts";
import { createCertificate, parseCertificate } from "../crypto/certificate.ts";
import { drawBits } from "../crypto/draw.ts";
import { newDsaKey, newEcKey, newEd25519Key, newRsaKey } from "../crypto/newKey.ts";
import { parsePrivateKey, privateKeyPem, readRsaKey } from "../crypto/privateKey.ts";
import {
  type CallContext,
  fn,
  GoError,
  type GoFunction,
  type GoFunctions,
  INT,
  LIST,
  type ParamType,
  STRING,
} from "../goFunction.ts";
import { type GoList, GoStruct, type GoValue, type Int, type StructType } from "../goValue.ts";
import { valueText } from "../print.ts";
import { base64Problem, decodeBase64 } from "./base64.ts";
import { drawOf, unreadable } from "./random.ts";

/** A certificate and its private key, both PEM in byte strings. */
interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const CERTIFICATE_TYPE: StructType<Certificate> = {
  name: "sprig.certificate",
  kind: "struct",
  fields: new Map([
    ["Cert", ({ cert }) => cert],
    ["Key", ({ key }) => key],
  ]),
  text: ({ cert, key }) => `{${cert} ${key}}`,
  equals: (a, b) => a.cert === b.cert && a.key === b.key,
};

const CERTIFICATE: ParamType<GoStruct> = {
  name: CERTIFICATE_TYPE.name,
  literal: "none",
  nil: undefined,
  accepts: (value) => value instanceof GoStruct && value.isOf(CERTIFICATE_TYPE),
};

/** Whose key a certificate is for: a new one, or the one in a PEM text. */
type KeyOf = { readonly kind: "new" } | { readonly kind: "given"; readonly pem: string };

const NEW: KeyOf = { kind: "new" };

/** Sprig's keys and certificates. @see Sprig 2.22 and 3.3, crypto.go */
export const CERTIFICATE_FUNCTIONS: GoFunctions = new Map<string, GoFunction>([
  ["genPrivateKey", fn([STRING], ([type], context) => newPrivateKey(type, context))],
  ["buildCustomCert", fn([STRING, STRING], ([cert, key]) => custom(cert, key, readAnyKey))],
  [
    "genCA",
    fn([STRING, INT], ([name, days], context) => authority("genCA", { name, days, of: NEW }, context)),
  ],
  [
    "genCAWithKey",
    fn([STRING, INT, STRING], ([name, days, pem], context) =>
      authority("genCAWithKey", { name, days, of: given(pem) }, context),
    ),
  ],
  [
    "genSelfSignedCert",
    fn([STRING, LIST, LIST, INT], ([name, ips, dns, days], context) =>
      leaf("genSelfSignedCert", { name, ips, dns, days, of: NEW }, undefined, context),
    ),
  ],
  [
    "genSelfSignedCertWithKey",
    fn([STRING, LIST, LIST, INT, STRING], ([name, ips, dns, days, pem], context) =>
      leaf("genSelfSignedCertWithKey", { name, ips, dns, days, of: given(pem) }, undefined, context),
    ),
  ],
  [
    "genSignedCert",
    fn([STRING, LIST, LIST, INT, CERTIFICATE], ([name, ips, dns, days, ca], context) =>
      leaf("genSignedCert", { name, ips, dns, days, of: NEW }, ca.value as Certificate, context),
    ),
  ],
  [
    "genSignedCertWithKey",
    fn([STRING, LIST, LIST, INT, CERTIFICATE, STRING], ([name, ips, dns, days, ca, pem], context) =>
      leaf(
        "genSignedCertWithKey",
        { name, ips, dns, days, of: given(pem) },
        ca.value as Certificate,
        context,
      ),
    ),
  ],
]);

function given(pem: string): KeyOf {
  return { kind: "given", pem };
}

/** Units of work, as measured: a new RSA key of 4096 bits takes some 400 ms, of 2048 bits 40 ms. */
const WORK = {
  rsa4096: 60 * 1024 * 1024,
  rsa2048: 10 * 1024 * 1024,
  dsa: 40 * 1024 * 1024,
  small: 256 * 1024,
} as const;

function newPrivateKey(type: string, context: CallContext): string {
  const make = (work: number, pem: () => string): string =>
    context.recall("genPrivateKey", [type], () => {
      context.charge(work);
      return pem();
    });
  const draw = drawOf(context);
  switch (type) {
    case "":
    case "rsa":
      return make(WORK.rsa4096, () => privateKeyPem(newRsaKey(4096, draw)));
    case "dsa":
      return make(WORK.dsa, () => encodePem("DSA PRIVATE KEY", newDsaKey(draw)));
    case "ecdsa":
      return make(WORK.small, () => privateKeyPem(newEcKey(draw)));
    case "ed25519":
      return make(WORK.small, () => privateKeyPem(newEd25519Key(draw)));
    default:
      return `Unknown type ${type}`;
  }
}

/** A certificate and a key of the user's own, both base64 of PEM; neither has to fit the other. */
function custom(cert64: string, key64: string, readKey: typeof readAnyKey): GoStruct {
  const cert = decoded(cert64, "unable to decode base64 certificate");
  const key = decoded(key64, "unable to decode base64 private key");
  const block = decodePem(cert);
  if (block === undefined) throw new GoError("unable to decode certificate");
  within("error parsing certificate: decodedCert.Bytes", () => parseCertificate(block.bytes));
  readKey(key, "decodedKey.Bytes");
  return GoStruct.of(CERTIFICATE_TYPE, { cert, key });
}

function decoded(base64: string, problem: string): string {
  if (base64Problem(base64) !== undefined) throw new GoError(problem);
  return decodeBase64(base64);
}

/** `buildCustomCert` as Sprig 2.22 has it alone: with RSA keys. */
export const BUILD_CUSTOM_CERT_2: GoFunction = fn([STRING, STRING], ([cert, key]) =>
  custom(cert, key, (pem, subject) => {
    const block = decodePem(pem);
    if (block === undefined) throw new GoError("unable to decode key");
    return within(`error parsing prive key: ${subject}`, () => readRsaKey(block.bytes));
  }),
);

/** Sprig 2.22 takes RSA keys alone, 3.3 others too; when there is no key at all, 2.22's words. */
function readAnyKey(pem: string, subject: string): KeyObject {
  const block = decodePem(pem);
  if (block === undefined) throw new GoError("unable to decode key");
  try {
    return parsePrivateKey(pem);
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    return within(`error parsing prive key: ${subject}`, () => readRsaKey(block.bytes));
  }
}

/** What a certificate is to say. */
interface Wanted {
  readonly name: string;
  readonly ips?: GoList;
  readonly dns?: GoList;
  readonly days: Int;
  readonly of: KeyOf;
}

function authority(called: string, wanted: Wanted, context: CallContext): GoStruct {
  return remembered(called, wanted, undefined, context, () =>
    issue(wanted, { isAuthority: true, ca: undefined }, context),
  );
}

/** A certificate signed by `ca`, else by itself. */
function leaf(called: string, wanted: Wanted, ca: Certificate | undefined, context: CallContext): GoStruct {
  return remembered(called, wanted, ca, context, () => issue(wanted, { isAuthority: false, ca }, context));
}

const END = "-----END CERTIFICATE-----\n";

/** Recorded is the PEM of the certificate and after it that of the key. */
function remembered(
  called: string,
  { name, ips, dns, days, of }: Wanted,
  ca: Certificate | undefined,
  context: CallContext,
  make: () => Certificate,
): GoStruct {
  const key = of.kind === "given" ? [of.pem] : [];
  const lists = [ips, dns].filter((list) => list !== undefined);
  const issuer = ca ? [ca.cert, ca.key] : [];
  const made = context.recall(called, [name, ...lists, days, ...issuer, ...key], () => {
    const { cert, key: pem } = make();
    return cert + pem;
  });
  const end = made.indexOf(END) + END.length;
  if (end < END.length || decodePem(made.slice(end)) === undefined) throw new GoError(unreadable(called));
  return GoStruct.of(CERTIFICATE_TYPE, { cert: made.slice(0, end), key: made.slice(end) });
}

/** @see Sprig 3.3 crypto.go, getBaseCertTemplate, getCertAndKey */
function issue(
  { name, ips, dns, days, of }: Wanted,
  { isAuthority, ca }: { readonly isAuthority: boolean; readonly ca: Certificate | undefined },
  context: CallContext,
): Certificate {
  const givenKey =
    of.kind === "given" ? within("parsing private key", () => parsePrivateKey(of.pem)) : undefined;
  const issuer = ca && readIssuer(ca);
  const addresses = ipsOf(ips);
  const dnsNames = dnsNamesOf(dns);
  const key = givenKey ?? newKey(context);
  const signing = issuer?.key ?? key;
  context.charge(signatureWork(signing));
  const draw = drawOf(context);
  const template = {
    serial: drawBits(128, draw),
    commonName: name,
    ips: addresses,
    dnsNames,
    notBefore: context.now,
    notAfter: context.now + BigInt.asIntN(64, BigInt(days) * DAY),
    isAuthority,
  };
  const der = within("error creating certificate", () =>
    createCertificate(template, key, { key: signing, certificate: issuer?.certificate }, draw),
  );
  return { cert: encodePem("CERTIFICATE", der), key: privateKeyPem(key) };
}

/** In nanoseconds. */
const DAY = 86_400_000_000_000n;

function newKey(context: CallContext): KeyObject {
  context.charge(WORK.rsa2048);
  return newRsaKey(2048, drawOf(context));
}

/** Grows with the third power of an RSA key's bits. */
function signatureWork(key: KeyObject): number {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 2048;
  return Math.ceil(2 * WORK.small * (bits / 2048) ** 3);
}

function readIssuer({ cert, key }: Certificate): {
  readonly certificate: ReturnType<typeof parseCertificate>;
  readonly key: KeyObject;
} {
  const block = decodePem(cert);
  if (block === undefined) throw new GoError("unable to decode certificate");
  const certificate = within("error parsing certificate: decodedSignerCert.Bytes", () =>
    parseCertificate(block.bytes),
  );
  return { certificate, key: readAnyKey(key, "decodedSignerKey.Bytes") };
}

function ipsOf(list: GoList | undefined): Buffer[] {
  return (list?.items ?? []).map((ip) => {
    if (typeof ip !== "string") throw new GoError(`error parsing ip: ${shown(ip)} is not a string`);
    const bytes = ipBytes(ip);
    if (bytes === undefined) throw new GoError(`error parsing ip: ${ip}`);
    return bytes;
  });
}

function dnsNamesOf(list: GoList | undefined): string[] {
  return (list?.items ?? []).map((name) => {
    if (typeof name === "string") return name;
    throw new GoError(`error processing alternate dns name: ${shown(name)} is not a string`);
  });
}

function shown(value: GoValue): string {
  return value === null || value === undefined ? "<nil>" : valueText(value);
}

/** Runs a step, its error told as part of a larger one. */
function within<T>(what: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof GoError) throw new GoError(`${what}: ${error.message}`);
    throw error;
  }
}
