import { constants, createPublicKey, publicEncrypt } from "node:crypto";
import { unsigned } from "../../base/der.ts";
import { type Draw, drawBelow, drawBits } from "./draw.ts";

/** A random prime of exactly so many bits, the two highest set, so that the product of two has twice the bits. */
export function drawPrime(bits: number, draw: Draw): bigint {
  const top = 3n << BigInt(bits - 2);
  for (;;) {
    const prime = nextPrime(drawBits(bits, draw) | top | 1n, 2n, draw);
    if (prime.toString(2).length === bits) return prime;
  }
}

/** How many numbers are sieved at a time: several times the mean distance of primes of 2048 bits. */
const WINDOW = 4096;

/** The first prime among `start`, `start + step`, `start + 2 step`, …; the two must be odd and even. */
export function nextPrime(start: bigint, step: bigint, draw: Draw): bigint {
  for (let from = start; ; from += step * BigInt(WINDOW)) {
    const composite = sieve(from, step);
    for (let at = 0; at < WINDOW; at++) {
      const candidate = from + step * BigInt(at);
      if (composite[at] === 0 && isPrime(candidate, draw)) return candidate;
    }
  }
}

/** Marks those of the numbers that a small prime divides. */
function sieve(start: bigint, step: bigint): Uint8Array {
  const composite = new Uint8Array(WINDOW);
  for (const prime of smallPrimes()) {
    const big = BigInt(prime);
    const stride = Number(step % big);
    if (stride === 0) continue;
    const first = (Number(start % big) * Number(inverse(BigInt(stride), big))) % prime;
    for (let at = first === 0 ? 0 : prime - first; at < WINDOW; at += prime) composite[at] = 1;
  }
  return composite;
}

function smallPrimes(): number[] {
  const primes: number[] = [];
  const composite = new Uint8Array(1 << 15);
  for (let n = 3; n < composite.length; n += 2) {
    if (composite[n] === 1) continue;
    primes.push(n);
    for (let at = n * n; at < composite.length; at += 2 * n) composite[at] = 1;
  }
  return primes;
}

/** Rounds for random candidates of 1024 bits and more: twice what FIPS 186-5, table B.1 asks for. */
const ROUNDS = 8;

/** The test of Miller and Rabin, for large odd numbers drawn at random. */
function isPrime(candidate: bigint, draw: Draw): boolean {
  for (let round = 0; round < ROUNDS; round++) {
    const base = round === 0 ? 2n : 2n + drawBelow(candidate - 3n, draw);
    if (isWitness(base, candidate)) return false;
  }
  return true;
}

function isWitness(base: bigint, candidate: bigint): boolean {
  const last = candidate - 1n;
  let odd = last;
  let twos = 0;
  for (; (odd & 1n) === 0n; twos++) odd >>= 1n;
  let power = powMod(base, odd, candidate);
  if (power === 1n) return false;
  for (let i = 0; i < twos; i++) {
    if (power === last) return false;
    power = (power * power) % candidate;
  }
  return true;
}

/**
 * `base` to the `exponent` modulo an odd number of up to 3072 bits that is larger than both.
 *
 * OpenSSL's arithmetic of RSA, without padding, is many times as fast as bigint; Node has no other way to it.
 */
export function powMod(base: bigint, exponent: bigint, modulus: bigint): bigint {
  const n = unsigned(modulus);
  const text = (bytes: Buffer): string => bytes.toString("base64url");
  const key = createPublicKey({
    key: { kty: "RSA", n: text(n), e: text(unsigned(exponent)) },
    format: "jwk",
  });
  const message = Buffer.alloc(n.length);
  const digits = unsigned(base);
  digits.copy(message, n.length - digits.length);
  return BigInt(`0x${publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, message).toString("hex")}`);
}

/** The number whose product with `value` is 1 modulo `modulus`; they must have no common divisor. */
export function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b] = [value % modulus, modulus];
  let [x, y] = [1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return x < 0n ? x + modulus : x;
}

/** The greatest common divisor; of 0 and a number, that number. */
export function greatestDivisor(a: bigint, b: bigint): bigint {
  let [large, small] = [a, b];
  while (small !== 0n) [large, small] = [small, large % small];
  return large;
}
