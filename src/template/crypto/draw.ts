import { numberOf } from "../../base/der.ts";

/** Gives so many random bytes. */
export type Draw = (count: number) => Uint8Array;

/** A number from 0 to `end` - 1, each as likely as the other. */
export function drawBelow(end: bigint, draw: Draw): bigint {
  const bits = (end - 1n).toString(2).length;
  for (;;) {
    const value = drawBits(bits, draw);
    if (value < end) return value;
  }
}

/** A number of at most so many bits. */
export function drawBits(bits: number, draw: Draw): bigint {
  const count = Math.ceil(bits / 8);
  return numberOf(draw(count)) >> BigInt(count * 8 - bits);
}
