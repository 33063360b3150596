/** A byte string in quotes as package time writes them: all bytes but ASCII's printable ones in hex. */
export function quoteTime(bytes: string): string {
  let out = '"';
  for (const char of bytes) {
    const code = char.charCodeAt(0);
    if (code < 0x20 || code >= 0x80) out += `\\x${code.toString(16).padStart(2, "0")}`;
    else out += char === '"' || char === "\\" ? `\\${char}` : char;
  }
  return `${out}"`;
}
