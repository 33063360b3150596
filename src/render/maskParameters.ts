import { isJsonObject, type JsonObject, type JsonValue } from "../object/json.ts";
import type { Parameter } from "../package/operatorPackage.ts";

/** Shorter texts are part of too many words. */
const SHORTEST = 3;

/** So much of a text is looked at; the rest goes. Nobody reads as much. */
const LONGEST = 20_000;

/** With more texts than these in its parameters an instance gets no word of what a template said. */
const MOST = 2000;

/**
 * The text with every value that an instance gave to a parameter replaced by the name of the parameter: what a template
 * says in an error goes to status, log and API. What the package itself has as default stays.
 */
export function maskParameters(
  text: string,
  parameters: readonly Pick<Parameter, "name" | "default">[],
  values: JsonObject,
): string {
  const secrets = parameters.flatMap((parameter) =>
    textsIn(values[parameter.name])
      .filter((value) => value.length >= SHORTEST && parameter.default?.includes(value) !== true)
      .map((value) => ({ value, name: parameter.name })),
  );
  if (secrets.length > MOST) return "the template fails; its own words may quote one of very many values";
  let masked = text.slice(0, LONGEST);
  for (const { value, name } of secrets.sort((a, b) => b.value.length - a.value.length)) {
    const shown = `<value of ${name}>`;
    masked = masked
      .replaceAll(value, () => shown)
      .replaceAll(JSON.stringify(value).slice(1, -1), () => shown);
  }
  // A value that the cut has split was not found: nothing is shown of where it could be.
  const longest = text.length > LONGEST ? Math.max(0, ...secrets.map(({ value }) => value.length)) : 0;
  return masked.slice(0, Math.max(0, masked.length - longest));
}

/** Every text in a value, keys of mappings included. */
function textsIn(value: JsonValue | undefined): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => textsIn(item));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => [key, ...textsIn(member)]);
}
