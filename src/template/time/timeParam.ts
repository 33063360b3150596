import { GoStruct, type GoValue } from "../goValue.ts";
import { structParam } from "../structParam.ts";
import type { GoTime } from "./goTime.ts";

/** A parameter that takes a `time.Time` and nothing else. */
export const TIME_PARAM = structParam("time.Time", "none");

/** Whether the value is a `time.Time`. */
export function isTime(value: GoValue): boolean {
  return value instanceof GoStruct && TIME_PARAM.accepts(value);
}

/** The time in a value that {@link isTime}, such as an argument for {@link TIME_PARAM}. */
export function timeIn(value: GoValue): GoTime {
  return (value as GoStruct).value;
}
