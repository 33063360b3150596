/** What a token may do: everything, only look, or nothing. */
export type Rights = "all" | "read" | "none";

/** Who sent a request. */
export interface Caller {
  readonly user: string;
  readonly groups: readonly string[];
  readonly rights: Rights;
}

const READING = new Set(["get", "list", "watch"]);

/** The caller of an Authorization header; `undefined` for a token nobody has, anonymous without a header. */
export function callerOf(
  header: string | undefined,
  tokens: ReadonlyMap<string, Caller>,
): Caller | undefined {
  if (header === undefined || header === "") {
    return { user: "system:anonymous", groups: ["system:unauthenticated"], rights: "none" };
  }
  const token = /^Bearer\s+(.+)$/i.exec(header)?.[1];
  return token === undefined ? undefined : tokens.get(token.trim());
}

/** True when the rights cover the verb. */
export function mayDo(rights: Rights, verb: string): boolean {
  return rights === "all" || (rights === "read" && READING.has(verb));
}
