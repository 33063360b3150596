/** Stands for a text that must not be shown. */
export const MASK = "•••";

/** Shorter ones cannot be told from ordinary words and numbers. */
const SHORTEST = 6;

/**
 * A function that replaces secret texts wherever they stand in another one, also in Base64 and quoted as
 * JSON does.
 *
 * @param secrets  those shorter than 6 characters are left alone
 */
export function maskTexts(secrets: Iterable<string>): (text: string) => string {
  const texts = [...secrets].flatMap((secret) => [secret, secret.trim()]);
  const forms = texts.flatMap((text) => [
    text,
    Buffer.from(text).toString("base64"),
    JSON.stringify(text).slice(1, -1),
  ]);
  const known = [...new Set(forms)].filter((form) => form.length >= SHORTEST);
  known.sort((a, b) => b.length - a.length); // one may be part of another
  return (text) => known.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
}
