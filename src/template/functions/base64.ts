/**
 * Go's base64.StdEncoding: the decoded bytes, or the text of its error, which is what Sprig's b64dec gives.
 *
 * Line breaks are skipped; everything else must be exact, the padding too.
 *
 * @see Go 1.26 encoding/base64, decodeQuantum
 */
export function decodeBase64(text: string): string {
  return base64Problem(text) ?? Buffer.from(text.replace(/[\r\n]/g, ""), "base64").toString("latin1");
}

/** Go's error for a text that is no base64. */
export function base64Problem(text: string): string | undefined {
  const bad = badBase64(text);
  return bad === undefined ? undefined : `illegal base64 data at input byte ${bad}`;
}

const ALPHABET = /[A-Za-z0-9+/]/;

/** Byte at which the text goes wrong. */
function badBase64(text: string): number | undefined {
  let inQuantum = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === "\n" || char === "\r") continue;
    if (ALPHABET.test(char)) inQuantum = (inQuantum + 1) % 4;
    else if (char === "=" && inQuantum >= 2) return badPadding(text, at, inQuantum);
    else return at;
  }
  return inQuantum === 0 ? undefined : text.length - inQuantum;
}

function badPadding(text: string, first: number, inQuantum: number): number | undefined {
  const skip = (at: number): number => {
    let next = at;
    while (text[next] === "\n" || text[next] === "\r") next++;
    return next;
  };
  let end = skip(first + 1);
  if (inQuantum === 2) {
    if (end === text.length) return text.length;
    if (text[end] !== "=") return end - 1;
    end = skip(end + 1);
  }
  return end === text.length ? undefined : end;
}
