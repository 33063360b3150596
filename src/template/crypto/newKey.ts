import { checkPrimeSync, createECDH, createPrivateKey, type KeyObject } from "node:crypto";
import { bitString, element, integer, objectId, octetString, sequence, unsigned } from "../../base/der.ts";
import { type Draw, drawBelow, drawBits } from "./draw.ts";
import { drawPrime, greatestDivisor, inverse, nextPrime, powMod } from "./primes.ts";

/*
 * Makes private keys from given random bytes, so that the same bytes give the same key: what OpenSSL generates comes
 * from its own source.
 */

/** An RSA key with the public exponent 65537. */
export function newRsaKey(bits: 2048 | 4096, draw: Draw): KeyObject {
  const exponent = 65537n;
  const p = rsaPrime(bits / 2, exponent, draw);
  let q = rsaPrime(bits / 2, exponent, draw);
  while (q === p) q = rsaPrime(bits / 2, exponent, draw);
  const phi = (p - 1n) * (q - 1n);
  const d = inverse(exponent, phi / greatestDivisor(p - 1n, q - 1n));
  const numbers = [0n, p * q, exponent, d, p, q, d % (p - 1n), d % (q - 1n), inverse(q, p)];
  const der = sequence(...numbers.map(integer));
  return createPrivateKey({ key: der, format: "der", type: "pkcs1" });
}

function rsaPrime(bits: number, exponent: bigint, draw: Draw): bigint {
  for (;;) {
    const prime = drawPrime(bits, draw);
    if ((prime - 1n) % exponent !== 0n) return prime;
  }
}

/** The order of P-256. */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** An elliptic curve key on P-256. */
export function newEcKey(draw: Draw): KeyObject {
  const secret = Buffer.from((1n + drawBelow(P256_ORDER - 1n, draw)).toString(16).padStart(64, "0"), "hex");
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(secret);
  const der = sequence(
    integer(1n),
    octetString(secret),
    element(0xa0, objectId("1.2.840.10045.3.1.7")),
    element(0xa1, bitString(curve.getPublicKey())),
  );
  return createPrivateKey({ key: der, format: "der", type: "sec1" });
}

/** An Ed25519 key. */
export function newEd25519Key(draw: Draw): KeyObject {
  const der = sequence(
    integer(0n),
    sequence(objectId("1.3.101.112")),
    octetString(octetString(Buffer.from(draw(32)))),
  );
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}

/** A DSA key with p of 2048 and q of 256 bits, in the form of OpenSSL: version, p, q, g, y, x. */
export function newDsaKey(draw: Draw): Buffer {
  const q = dsaDivisor(draw);
  const p = dsaModulus(q, draw);
  let g = 1n;
  for (let h = 2n; g === 1n; h++) g = powMod(h, (p - 1n) / q, p);
  const x = 1n + drawBelow(q - 1n, draw);
  return sequence(...[0n, p, q, g, powMod(g, x, p), x].map(integer));
}

function dsaDivisor(draw: Draw): bigint {
  for (;;) {
    const q = drawBits(256, draw) | (1n << 255n) | 1n;
    if (checkPrimeSync(unsigned(q))) return q;
  }
}

/** A prime of 2048 bits that is 1 modulo `2 q`. */
function dsaModulus(q: bigint, draw: Draw): bigint {
  for (;;) {
    const from = drawBits(2048, draw) | (1n << 2047n);
    const p = nextPrime(from - (from % (2n * q)) + 1n, 2n * q, draw);
    if (p.toString(2).length === 2048) return p;
  }
}
