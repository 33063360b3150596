/** A cell of a table: texts and numbers as they are, everything else as nothing. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}
