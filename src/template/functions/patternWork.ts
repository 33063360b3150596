/** What a regular expression costs, told from its text before anything is compiled. */
export interface PatternWork {
  /** Instructions that it compiles to, reckoned high: what is repeated a counted number of times stands there so often. */
  readonly size: number;
  /** Whether a search may read on to the end of the text and come back with a short match. */
  readonly isUnbounded: boolean;
}

/** A class of Unicode has some hundred ranges. */
const UNICODE_CLASS = 40;

/** Counts inside each other, multiplied: RE2 takes no more. */
const MOST_TIMES = 1000;

/** Reckons a pattern in one pass; it need not be a good one. */
export function patternWork(pattern: string): PatternWork {
  const outer: { readonly size: number; readonly times: number }[] = [];
  let size = 2;
  let atom = 0;
  let atomTimes = 1; // how often counts inside each other repeat what is in the last atom, and in the group
  let times = 1;
  let isUnbounded = false;
  const add = (instructions: number): void => {
    atom = instructions;
    atomTimes = 1;
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
        outer.push({ size, times });
        size = 2;
        times = 1;
        break;
      case ")": {
        const group = { size, times };
        const around = outer.pop() ?? { size: 0, times: 1 };
        size = around.size;
        add(group.size);
        atomTimes = group.times;
        times = Math.max(around.times, atomTimes);
        break;
      }
      case "{": {
        const count = /^\{(\d{1,4})(?:(,)(\d{0,4}))?\}/.exec(pattern.slice(at, at + 12));
        if (!count) {
          add(1);
          break;
        }
        if (count[2] !== undefined && count[3] === "") isUnbounded = true;
        const given = Math.max(Number(count[1]), Number(count[3] ?? 0), 1);
        size += atom * (given - 1);
        atom *= given;
        atomTimes *= given;
        times = Math.max(times, atomTimes);
        if (times > MOST_TIMES) return { size: pattern.length, isUnbounded }; // refused before it is compiled
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
  return { size: outer.reduce((sum, next) => sum + next.size, size), isUnbounded };
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
