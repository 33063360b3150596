/** Mantissa and power of two of a finite magnitude: value = mantissa · 2^exponent. */
function parts(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  if (biased === 0) return { mantissa: fraction, exponent: -1074 };
  return { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

function named(value: number): string | undefined {
  if (Number.isNaN(value)) return "NaN";
  if (Number.isFinite(value)) return undefined;
  return value > 0 ? "+Inf" : "-Inf";
}

function signOf(value: number): string {
  return value < 0 || Object.is(value, -0) ? "-" : "";
}

/** `4503599627370496p-52`, Go's %b. */
export function floatBits(value: number): string {
  const name = named(value);
  if (name !== undefined) return name;
  const { mantissa, exponent } = parts(Math.abs(value));
  return `${signOf(value)}${mantissa}p${exponent < 0 ? "" : "+"}${exponent}`;
}

/**
 * `0x1.8p+01`, Go's %x.
 *
 * @param precision  digits after the point, -1 for as many as there are
 */
export function hexFloat(value: number, precision: number): string {
  const name = named(value);
  if (name !== undefined) return name;
  let { mantissa, exponent } = parts(Math.abs(value));
  if (mantissa !== 0n) {
    while (mantissa >> 60n === 0n) {
      mantissa <<= 1n;
      exponent--;
    }
  }
  if (precision >= 0 && precision < 15) {
    const dropped = BigInt(60 - 4 * precision);
    const half = 1n << (dropped - 1n);
    const rest = mantissa & ((1n << dropped) - 1n);
    mantissa >>= dropped;
    if (rest > half || (rest === half && mantissa % 2n === 1n)) mantissa++;
    mantissa <<= dropped;
    if (mantissa >> 61n !== 0n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const digits = (mantissa & ((1n << 60n) - 1n)).toString(16).padStart(15, "0");
  const fraction =
    precision < 0 ? digits.replace(/0+$/, "") : digits.slice(0, precision).padEnd(precision, "0");
  const power = mantissa === 0n ? 0 : exponent + 60;
  const size = String(Math.abs(power)).padStart(2, "0");
  const point = fraction === "" ? "" : `.${fraction}`;
  return `${signOf(value)}0x${mantissa >> 60n}${point}p${power < 0 ? "-" : "+"}${size}`;
}
