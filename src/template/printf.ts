import { formatOne, PLAIN, type Spec } from "./formatValue.ts";
import { bytesOfRune, runeAt } from "./goString.ts";
import { type GoValue, intIn, typeName } from "./goValue.ts";

/** A number in a format, or taken from an argument, counts as a mistake past this. */
const LARGEST_NUMBER = 1_000_000;

/**
 * Go's fmt.Sprintf on byte strings: flags, width, precision, `*`, explicit indexes, and its notes on mistakes.
 *
 * @see Go 1.26 fmt/print.go, doPrintf
 */
export function sprintf(format: string, args: readonly GoValue[], onValue: OnValue = () => {}): string {
  const run: Run = {
    format,
    args,
    onValue,
    at: 0,
    next: 0,
    afterIndex: false,
    isReordered: false,
    isGood: true,
  };
  let out = "";
  while (run.at < format.length) {
    const percent = format.indexOf("%", run.at);
    if (percent === -1) {
      out += format.slice(run.at);
      break;
    }
    out += format.slice(run.at, percent);
    run.at = percent + 1;
    out += directive(run);
  }
  return run.isReordered || run.next >= args.length ? out : out + extra(args.slice(run.next));
}

/** Is told a value before it is formatted, and how many characters its width and precision add. */
type OnValue = (value: GoValue, padding: number) => void;

interface Run {
  readonly onValue: OnValue;
  readonly format: string;
  readonly args: readonly GoValue[];
  /** Byte of the format to look at. */
  at: number;
  /** Argument to print. */
  next: number;
  /** An index such as `[3]` stands directly before. */
  afterIndex: boolean;
  isReordered: boolean;
  /** False after an index that is no good. */
  isGood: boolean;
}

type Flags = "minus" | "plus" | "sharp" | "space" | "zero";
type MutableSpec = { -readonly [K in keyof Spec]: Spec[K] };

const FLAGS: ReadonlyMap<string, Flags> = new Map([
  ["-", "minus"],
  ["+", "plus"],
  ["#", "sharp"],
  [" ", "space"],
  ["0", "zero"],
]);

/** One directive, past its percent sign. */
function directive(run: Run): string {
  const spec: MutableSpec = { ...PLAIN };
  run.isGood = true;
  run.afterIndex = false;
  const simple = simpleDirective(run, spec);
  if (simple !== undefined) return simple;
  takeIndex(run);
  let out = takeWidth(run, spec);
  out += takePrecision(run, spec);
  if (!run.afterIndex) takeIndex(run);
  if (run.at >= run.format.length) return `${out}%!(NOVERB)`;
  const { rune, size } = runeAt(run.format, run.at);
  run.at += size;
  return out + verbText(run, bytesOfRune(rune), spec);
}

/** Flags and, when a lower-case verb follows at once, all of it. */
function simpleDirective(run: Run, spec: MutableSpec): string | undefined {
  for (; run.at < run.format.length; run.at++) {
    const char = run.format[run.at] ?? "";
    const flag = FLAGS.get(char);
    if (flag !== undefined) spec[flag] = true;
    else if (char >= "a" && char <= "z" && run.next < run.args.length) {
      run.at++;
      return printNext(run, char, spec);
    } else return undefined;
  }
  return undefined;
}

function printNext(run: Run, verb: string, spec: MutableSpec): string {
  if (verb === "v" || verb === "w") {
    spec.goSyntax = spec.sharp;
    spec.plusValue = spec.plus;
    spec.sharp = false;
    spec.plus = false;
  }
  const value = run.args[run.next++];
  run.onValue(value, (spec.width ?? 0) + (spec.precision ?? 0));
  return formatOne(value, verb, spec);
}

function verbText(run: Run, verb: string, spec: MutableSpec): string {
  if (verb === "%") return "%";
  if (!run.isGood) return `%!${verb}(BADINDEX)`;
  if (run.next >= run.args.length) return `%!${verb}(MISSING)`;
  return printNext(run, verb, spec);
}

/** `[3]`: the argument that comes next. */
function takeIndex(run: Run): void {
  run.afterIndex = false;
  const { format, at } = run;
  if (format[at] !== "[") return;
  run.isReordered = true;
  const close = format.indexOf("]", at);
  if (close === -1 || format.length - at < 3) {
    run.isGood = false;
    run.at = at + 1;
    return;
  }
  run.at = close + 1;
  const digits = format.slice(at + 1, close);
  const index = isNumber(digits) ? Number(digits) - 1 : undefined;
  if (index !== undefined && index >= 0 && index < run.args.length) {
    run.next = index;
    run.afterIndex = true;
    return;
  }
  run.isGood = false;
  run.afterIndex = index !== undefined;
}

function isNumber(digits: string): boolean {
  return /^[0-9]+$/.test(digits) && Number(digits.slice(0, -1)) <= LARGEST_NUMBER;
}

/** Digits at the place; a crazy number swallows the rest of the format. */
function takeNumber(run: Run): number | undefined {
  const digits = /^[0-9]*/.exec(run.format.slice(run.at, run.at + 10))?.[0] ?? "";
  if (digits !== "" && !isNumber(digits)) {
    run.at = run.format.length;
    return undefined;
  }
  run.at += digits.length;
  return digits === "" ? undefined : Number(digits);
}

function takeWidth(run: Run, spec: MutableSpec): string {
  if (run.format[run.at] !== "*") {
    spec.width = takeNumber(run);
    if (run.afterIndex && spec.width !== undefined) run.isGood = false;
    return "";
  }
  run.at++;
  run.afterIndex = false;
  const width = numberArgument(run);
  if (width === undefined) return "%!(BADWIDTH)";
  spec.width = Math.abs(width);
  if (width < 0) {
    spec.minus = true;
    spec.zero = false;
  }
  return "";
}

function takePrecision(run: Run, spec: MutableSpec): string {
  if (run.at + 1 >= run.format.length || run.format[run.at] !== ".") return "";
  run.at++;
  if (run.afterIndex) run.isGood = false;
  takeIndex(run);
  if (run.format[run.at] !== "*") {
    spec.precision = takeNumber(run) ?? 0;
    return "";
  }
  run.at++;
  run.afterIndex = false;
  const precision = numberArgument(run);
  if (precision === undefined || precision < 0) return "%!(BADPREC)";
  spec.precision = precision;
  return "";
}

/** The next argument as a width or precision. */
function numberArgument(run: Run): number | undefined {
  if (run.next >= run.args.length) return undefined;
  const int = intIn(run.args[run.next++]);
  const fits = int !== undefined && int <= LARGEST_NUMBER && int >= -LARGEST_NUMBER;
  return fits ? Number(int) : undefined;
}

function extra(args: readonly GoValue[]): string {
  const texts = args.map((arg) =>
    arg === null || arg === undefined ? "<nil>" : `${typeName(arg)}=${formatOne(arg, "v", PLAIN)}`,
  );
  return `%!(EXTRA ${texts.join(", ")})`;
}
