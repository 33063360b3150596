import { formatFloat } from "./formatFloat.ts";
import { type Complex128, Float64, GoList, GoMap, GoStruct, type GoValue, SizedInt } from "./goValue.ts";

/** What an action prints for its value (byte strings): `<no value>` for none, else as {@link valueText}. */
export function printedText(value: GoValue): string {
  if (typeof value === "string") return value;
  return value === undefined ? "<no value>" : valueText(value);
}

/** A value as Go's `%v` writes it. */
export function valueText(value: GoValue): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    default:
  }
  if (value === null || value === undefined) return "<nil>";
  if (value instanceof Float64) return formatFloat(value.value, "g", -1);
  if (value instanceof SizedInt) return String(value.value);
  if (value instanceof GoList) return `[${value.items.map(valueText).join(" ")}]`;
  if (value instanceof GoMap) {
    return `map[${value
      .keys()
      .map((key) => `${key}:${valueText(value.get(key))}`)
      .join(" ")}]`;
  }
  if (value instanceof GoStruct) return value.type.text(value.value);
  return complexText(value);
}

function complexText({ re, im }: Complex128): string {
  const imaginary = formatFloat(im, "g", -1);
  return `(${formatFloat(re, "g", -1)}${/^[+-]/.test(imaginary) ? "" : "+"}${imaginary}i)`;
}

/** Go's fmt.Sprint: a space between two values of which neither is a string. */
export function sprint(values: readonly GoValue[]): string {
  let out = "";
  values.forEach((value, index) => {
    const isApart = index > 0 && typeof value !== "string" && typeof values[index - 1] !== "string";
    out += (isApart ? " " : "") + valueText(value);
  });
  return out;
}

/** Go's fmt.Sprintln: a space between all values, and a new line. */
export function sprintln(values: readonly GoValue[]): string {
  return `${values.map(valueText).join(" ")}\n`;
}
