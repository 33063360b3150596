import { isJsonObject, type JsonValue } from "../../object/json.ts";

/** A JSON value as Go prints it with one of three verbs, once it was decoded without a type. */
export function formatGoValue(value: JsonValue, verb: "%v" | "%#v" | "%T"): string {
  if (verb === "%T") return goType(value);
  if (value === null) return "<nil>";
  if (typeof value === "string") return verb === "%v" ? value : JSON.stringify(value);
  if (typeof value !== "object") return String(value);
  const form = (item: JsonValue): string =>
    item === null && verb === "%#v" ? "interface {}(nil)" : formatGoValue(item, verb);
  if (Array.isArray(value)) {
    return verb === "%v" ? `[${value.map(form).join(" ")}]` : `[]interface {}{${value.map(form).join(", ")}}`;
  }
  const members = Object.entries(value as Record<string, JsonValue>).sort(([a], [b]) => (a < b ? -1 : 1));
  return verb === "%v"
    ? `map[${members.map(([name, member]) => `${name}:${form(member)}`).join(" ")}]`
    : `map[string]interface {}{${members.map(([name, member]) => `${JSON.stringify(name)}:${form(member)}`).join(", ")}}`;
}

function goType(value: JsonValue): string {
  if (value === null) return "<nil>";
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  return isJsonObject(value) ? "map[string]interface {}" : "[]interface {}";
}
