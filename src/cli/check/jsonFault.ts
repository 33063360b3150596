/** Where a text stops being JSON. */
export interface JsonFault {
  /** Index of the first code unit that cannot stand there; the length of the text when it ends too soon. */
  readonly at: number;
  readonly message: string;
}

const BLANKS = /[ \t\r\n]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings
const STRING_START = /"(?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*/y;
const WORD = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/y;

/** Finds what is wrong with a text that JSON.parse refuses: its messages tell no place. */
export function findJsonFault(text: string): JsonFault {
  try {
    const end = passValue(text, 0);
    return fault(text, pass(BLANKS, text, end), "expected the end");
  } catch (error) {
    if (error instanceof Fault) return error.fault;
    if (error instanceof RangeError) return { at: 0, message: "nested too deeply" };
    throw error;
  }
}

class Fault extends Error {
  readonly fault: JsonFault;

  constructor(found: JsonFault) {
    super(found.message);
    this.fault = found;
  }
}

function fault(text: string, at: number, expected: string): JsonFault {
  const there = text[at];
  return { at, message: `${expected}, found ${there === undefined ? "the end" : JSON.stringify(there)}` };
}

/** The index behind what matches at `at`; `at` itself when nothing does. */
function pass(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function passValue(text: string, from: number): number {
  const at = pass(BLANKS, text, from);
  if (text[at] === "{") return passItems(text, at, "}", passMember);
  if (text[at] === "[") return passItems(text, at, "]", passValue);
  if (text[at] === '"') return passString(text, at);
  const end = pass(WORD, text, at);
  if (end === at) throw new Fault(fault(text, at, "expected a value"));
  return end;
}

function passMember(text: string, from: number): number {
  const at = pass(BLANKS, text, from);
  if (text[at] !== '"') throw new Fault(fault(text, at, "expected a key in quotes"));
  const colon = pass(BLANKS, text, passString(text, at));
  if (text[colon] !== ":") throw new Fault(fault(text, colon, "expected a colon"));
  return passValue(text, colon + 1);
}

function passString(text: string, from: number): number {
  const end = pass(STRING_START, text, from);
  if (text[end] !== '"') throw new Fault(fault(text, end, "expected the rest of a string"));
  return end + 1;
}

function passItems(
  text: string,
  from: number,
  close: string,
  item: (text: string, from: number) => number,
): number {
  let at = pass(BLANKS, text, from + 1);
  if (text[at] === close) return at + 1;
  for (;;) {
    at = pass(BLANKS, text, item(text, at));
    if (text[at] === close) return at + 1;
    if (text[at] !== ",") throw new Fault(fault(text, at, `expected "," or "${close}"`));
    at++;
  }
}
