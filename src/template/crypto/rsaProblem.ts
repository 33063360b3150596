import { numberOf, readElement, readElements } from "../../base/der.ts";

/** Bytes of the longest key that OpenSSL works with, and some more. */
const LONGEST = 16 * 1024;

/**
 * What Go finds wrong with an RSA key in PKCS #1 that OpenSSL read: whether its numbers fit each other. `undefined` for a
 * good key.
 *
 * @see Go 1.26 crypto/x509/pkcs1.go, ParsePKCS1PrivateKey; crypto/internal/fips140/rsa/rsa.go, checkPrivateKey
 */
export function rsaProblem(der: Buffer): string | undefined {
  if (der.length > LONGEST) return "crypto/rsa: key too large";
  const numbers = readElements(readElement(der)?.content ?? der).map(({ content }) => content);
  const [version = 0n, ...others] = numbers.map(numberOf);
  const [n = 0n, e = 0n, d = 0n, p = 0n, q = 0n, dP = 0n, dQ = 0n, inverse = 0n] = others;
  if (e >= 1n << 63n) return "asn1: structure error: integer too large";
  if (version > 1n) return "x509: unsupported private key version";
  const isNegative = (bytes: Buffer): boolean => (bytes[0] ?? 0) >= 0x80;
  if ([n, d, p, q, dP, dQ, inverse].includes(0n) || numbers.some(isNegative)) {
    return "x509: private key contains zero or negative value";
  }
  if ([n, p, q].includes(1n)) return "modulus must be > 1";
  const isLonger = (value: bigint, than: bigint): boolean =>
    value.toString(2).length > than.toString(2).length;
  if (isLonger(d, n) || (p < n && isLonger(inverse, p))) return "input overflows the modulus size";
  return exponentProblem(n, e) ?? primeProblem(n, p, q) ?? secretProblem({ n, e, d, p, q, dP, dQ, inverse });
}

function exponentProblem(n: bigint, e: bigint): string | undefined {
  if (n % 2n === 0n) return "crypto/rsa: public modulus is even";
  if (e < 2n) return "crypto/rsa: public exponent too small or negative";
  if (e % 2n === 0n) return "crypto/rsa: public exponent is even";
  return e >= 1n << 31n ? "crypto/rsa: public exponent too large" : undefined;
}

function primeProblem(n: bigint, p: bigint, q: bigint): string | undefined {
  if (p >= n || q >= n) return "crypto/rsa: invalid prime";
  if ((p * q) % n !== 0n) return "crypto/rsa: p * q != n";
  if (p === q) return "crypto/rsa: p == q";
  return undefined;
}

interface Numbers {
  readonly n: bigint;
  readonly e: bigint;
  readonly d: bigint;
  readonly p: bigint;
  readonly q: bigint;
  readonly dP: bigint;
  readonly dQ: bigint;
  readonly inverse: bigint;
}

function secretProblem({ n, e, d, p, q, dP, dQ, inverse }: Numbers): string | undefined {
  const isInverse = (exponent: bigint, prime: bigint): boolean =>
    exponent < prime - 1n && (e * exponent) % (prime - 1n) === 1n;
  if (!isInverse(dP, p) || !isInverse(dQ, q)) return "crypto/rsa: invalid CRT exponent";
  if ((inverse * q) % p !== 1n) return "crypto/rsa: invalid CRT coefficient";
  if (d % (p - 1n) !== dP) return "crypto/rsa: d does not match dP";
  if (d % (q - 1n) !== dQ) return "crypto/rsa: d does not match dQ";
  const half = BigInt(n.toString(2).length >> 1);
  const distance = p > q ? p - q : q - p;
  if (distance >> (half > 100n ? half - 100n : 0n) === 0n) return "crypto/rsa: |p - q| too small";
  return d >> half === 0n ? "crypto/rsa: d too small" : undefined;
}
