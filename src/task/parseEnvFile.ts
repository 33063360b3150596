import { PipeError } from "./pipeError.ts";

/** A name of an environment variable as Kubernetes takes it; the names of folders are none. */
const NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;
const FOLDER = /^\.$|^\.\./;

/** White space of Unicode, as Go's unicode.IsSpace has it. */
const LEADING_SPACE = /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/**
 * Reads the variables of a file, one `NAME=value` a line, the last of a name winning. Values are taken as they stand,
 * quotes and blanks at their end too; blank lines and those that begin with # do not count.
 *
 * @param path  of the file, for messages; they never quote it
 * @throws PipeError that names the line
 */
export function parseEnvFile(bytes: Buffer, path: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  linesOf(bytes).forEach((line, index) => {
    const refuse = (message: string): never => {
      throw new PipeError(`${path}, line ${index + 1}: ${message}`);
    };
    const text = decode(line) ?? refuse("it is not UTF-8");
    const entry = (index === 0 ? text.replace(/^\uFEFF/, "") : text).replace(LEADING_SPACE, "");
    if (entry === "" || entry.startsWith("#")) return;
    const at = entry.indexOf("=");
    if (at === -1) refuse("there is no = in it; a line is NAME=value");
    const name = entry.slice(0, at);
    if (!NAME.test(name) || FOLDER.test(name))
      refuse("what stands before = is no name of a variable: letters, digits, -, _ and . make one");
    values.set(name, entry.slice(at + 1));
  });
  return values;
}

/** The lines without their ends, be that a line feed or a carriage return before it. */
function linesOf(bytes: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(0x0a, start);
    const end = found === -1 ? bytes.length : found;
    lines.push(bytes.subarray(start, end > start && bytes[end - 1] === 0x0d ? end - 1 : end));
    start = end + 1;
  }
  return lines;
}

function decode(line: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(line);
  } catch {
    return undefined; // the line number says more than the decoder
  }
}
