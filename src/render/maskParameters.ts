import { isJsonObject, type JsonObject, type JsonValue } from "../object/json.ts";
import type { Parameter } from "../package/operatorPackage.ts";

/** Shorter texts are part of too many words. */
const SHORTEST = 3;

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
  let masked = text;
  for (const { value, name } of secrets.sort((a, b) => b.value.length - a.value.length)) {
    const shown = `<value of ${name}>`;
    masked = masked
      .replaceAll(value, () => shown)
      .replaceAll(JSON.stringify(value).slice(1, -1), () => shown);
  }
  return masked;
}

/** Every text in a value, keys of mappings included. */
function textsIn(value: JsonValue | undefined): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => textsIn(item));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => [key, ...textsIn(member)]);
}
