/** What a regular expression costs, told from its text before anything is compiled. */
export interface PatternWork {
  /** Instructions that it compiles to, reckoned high: what is repeated a counted number of times stands there so often. */
  readonly size: number;
  /** Whether a search may read on to the end of the text and come back with a short match. */
  readonly isUnbounded: boolean;
}

/** A class of Unicode has some hundred ranges. */
const UNICODE_CLASS = 40;

/** Reckons a pattern in one pass; it need not be a good one. */
export function patternWork(pattern: string): PatternWork {
  const outer: number[] = [];
  let size = 2;
  let atom = 0;
  let isUnbounded = false;
  const add = (instructions: number): void => {
    atom = instructions;
    size += instructions;
  };
  for (let at = 0; at < pattern.length; at++) {
    switch (pattern[at]) {
      case "\\": {
        at++;
        add(/[pP]/.test(pattern[at] ?? "") ? UNICODE_CLASS : 1);
        break;
      }
      case "[": {
        const end = classEnd(pattern, at);
        add(1 + (end - at) / 2 + (pattern.slice(at, end).includes("\\") ? UNICODE_CLASS : 0));
        at = end;
        break;
      }
      case "(":
        outer.push(size);
        size = 2;
        break;
      case ")": {
        const group = size;
        size = outer.pop() ?? 0;
        add(group);
        break;
      }
      case "{": {
        const count = /^\{(\d{1,4})(?:(,)(\d{0,4}))?\}/.exec(pattern.slice(at, at + 12));
        if (!count) {
          add(1);
          break;
        }
        if (count[2] !== undefined && count[3] === "") isUnbounded = true;
        const times = Math.max(Number(count[1]), Number(count[3] ?? 0), 1);
        size += atom * (times - 1);
        atom *= times;
        at += count[0].length - 1;
        break;
      }
      case "*":
      case "+":
        isUnbounded = true;
        size++;
        break;
      default:
        add(1);
    }
  }
  return { size: outer.reduce((sum, next) => sum + next, size), isUnbounded };
}

/** Where a class in brackets ends. */
function classEnd(pattern: string, start: number): number {
  let at = start + 1;
  if (pattern[at] === "^") at++;
  if (pattern[at] === "]") at++;
  for (; at < pattern.length && pattern[at] !== "]"; at++) {
    if (pattern[at] === "\\") at++;
    else if (pattern.startsWith("[:", at)) at = Math.max(at, pattern.indexOf(":]", at) + 1);
  }
  return at;
}
