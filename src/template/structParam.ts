import type { ParamType } from "./goFunction.ts";
import { GoList, GoStruct, type GoValue } from "./goValue.ts";

/** A parameter of a struct type, known by the type's name. */
export function structParam(name: string, literal: "none" | "integer"): ParamType<GoValue> {
  return {
    name,
    literal,
    nil: name.startsWith("*") ? { value: null } : undefined,
    accepts: (value) => value instanceof GoStruct && value.type.name === name,
  };
}

/** `[]uint8` */
export const BYTES: ParamType<GoList> = {
  name: "[]uint8",
  literal: "none",
  nil: { value: new GoList("uint8", [], true) },
  accepts: (value) => value instanceof GoList && value.element === "uint8",
};
