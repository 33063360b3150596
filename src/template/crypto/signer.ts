import { createECDH, createHash, type KeyObject, sign as signWith } from "node:crypto";
import { integer, NULL, numberOf, objectId, readElement, readElements, sequence } from "../../base/der.ts";
import { GoError } from "../goFunction.ts";
import { type Draw, drawBelow } from "./draw.ts";
import { inverse } from "./primes.ts";

/** How a key signs a certificate. */
export interface Signer {
  /** The identifier of the algorithm, in DER. */
  readonly algorithm: Buffer;
  sign(bytes: Buffer): Buffer;
}

/**
 * How Go has a key sign certificates. Throws {@link GoError} for a key that Go refuses.
 *
 * @param draw  for ECDSA, whose signatures are random; OpenSSL would draw by itself
 * @see Go 1.26 crypto/x509/x509.go, signingParamsForKey
 */
export function signer(key: KeyObject, draw: Draw): Signer {
  switch (key.asymmetricKeyType) {
    case "rsa":
      return rsaSigner(key);
    case "ec":
      return ecSigner(key, draw);
    case "ed25519":
      return { algorithm: sequence(objectId("1.3.101.112")), sign: (bytes) => signWith(null, bytes, key) };
    case "dsa":
      throw new GoError("x509: certificate private key does not implement crypto.Signer");
    default:
      throw new GoError("x509: only RSA, ECDSA and Ed25519 keys supported");
  }
}

function rsaSigner(key: KeyObject): Signer {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  const advice = "(see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)";
  if (bits < 1024) throw new GoError(`crypto/rsa: ${bits}-bit keys are insecure ${advice}`);
  return {
    algorithm: sequence(objectId("1.2.840.113549.1.1.11"), NULL),
    sign: (bytes) => signRsa(bytes, key),
  };
}

function signRsa(bytes: Buffer, key: KeyObject): Buffer {
  try {
    return signWith("sha256", bytes, key);
  } catch {
    throw new GoError("crypto/rsa: the key cannot sign"); // its factors are no primes, which nobody checks before
  }
}

interface Curve {
  readonly order: bigint;
  readonly hash: "sha256" | "sha384" | "sha512";
  /** Of ECDSA with that hash. */
  readonly algorithm: string;
}

/** Go's curves, by the names of OpenSSL. */
const CURVES: ReadonlyMap<string, Curve> = new Map([
  [
    "secp224r1",
    {
      order: 0xffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3dn,
      hash: "sha256",
      algorithm: "1.2.840.10045.4.3.2",
    },
  ],
  [
    "prime256v1",
    {
      order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
      hash: "sha256",
      algorithm: "1.2.840.10045.4.3.2",
    },
  ],
  [
    "secp384r1",
    {
      order:
        0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
      hash: "sha384",
      algorithm: "1.2.840.10045.4.3.3",
    },
  ],
  [
    "secp521r1",
    {
      order:
        0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
      hash: "sha512",
      algorithm: "1.2.840.10045.4.3.4",
    },
  ],
]);

function ecSigner(key: KeyObject, draw: Draw): Signer {
  const name = key.asymmetricKeyDetails?.namedCurve ?? "";
  const curve = CURVES.get(name);
  if (curve === undefined) throw new GoError("x509: unsupported elliptic curve");
  return {
    algorithm: sequence(objectId(curve.algorithm)),
    sign: (bytes) => signEc(createHash(curve.hash).update(bytes).digest(), key, { ...curve, name }, draw),
  };
}

/** An ECDSA signature with a nonce from `draw`. @see FIPS 186-5, 6.4.1 */
function signEc(digest: Buffer, key: KeyObject, curve: Curve & { name: string }, draw: Draw): Buffer {
  const { order } = curve;
  const bits = order.toString(2).length;
  const size = Math.ceil(bits / 8);
  const secret = numberOf(secretOf(key));
  const excess = BigInt(Math.max(0, digest.length * 8 - bits));
  const hashed = numberOf(digest) >> excess;
  for (;;) {
    const nonce = 1n + drawBelow(order - 1n, draw);
    const point = createECDH(curve.name);
    point.setPrivateKey(Buffer.from(nonce.toString(16).padStart(size * 2, "0"), "hex"));
    const r = numberOf(point.getPublicKey().subarray(1, 1 + size)) % order;
    const s = (inverse(nonce, order) * (hashed + r * secret)) % order;
    if (r !== 0n && s !== 0n) return sequence(integer(r), integer(s));
  }
}

/** The secret number of an elliptic curve key. */
function secretOf(key: KeyObject): Buffer {
  const der = key.export({ format: "der", type: "sec1" });
  return readElements(readElement(der)?.content ?? der)[1]?.content ?? Buffer.alloc(0);
}
