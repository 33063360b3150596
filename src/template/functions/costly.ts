import type { GoFunction } from "../goFunction.ts";
import { GoMap, type GoValue } from "../goValue.ts";

/**
 * A function whose work for each byte of its arguments is more than reading it.
 *
 * @param call  units of work of one call, for each byte besides
 */
export function costly(call: number, perByte: number, called: GoFunction): GoFunction {
  return {
    ...called,
    call: (args, context) => {
      context.charge(call + perByte * args.reduce<number>((sum, arg) => sum + bytesIn(arg), 0));
      return called.call(args, context);
    },
  };
}

function bytesIn(value: GoValue): number {
  if (typeof value === "string") return value.length;
  if (!(value instanceof GoMap)) return 0;
  return value.keys().reduce((sum, key) => sum + bytesIn(value.get(key)), 0);
}
