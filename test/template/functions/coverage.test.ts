import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BUILTINS } from "../../../src/template/functions/builtins.ts";
import { kudoFunctions } from "../../../src/template/functions/table.ts";
import { ANY, BOOL, type GoFunction, STRING, VALUE } from "../../../src/template/goFunction.ts";

/** What rows say about a function: those that call it, and how they end. */
interface Call {
  readonly template: string;
  readonly error: string;
}

const folder = join(import.meta.dirname, "../rows");
const calls = callsByName();

/** Functions whose results Go cannot say beforehand; other tests ask what holds for all of them. */
const UNFORESEEABLE = new Set(
  [
    "ago now uuidv4 randAlpha randAlphaNum randAscii randBytes randInt randNumeric shuffle bcrypt htpasswd encryptAES",
    "genPrivateKey genCA genCAWithKey genSelfSignedCert genSelfSignedCertWithKey genSignedCert genSignedCertWithKey",
  ].flatMap((line) => line.split(" ")),
);

/** Functions of a date take anything else for now, which no row can hold, and what is derived takes long. */
const NARROW = new Set("date dateInZone date_in_zone htmlDate htmlDateInZone derivePassword".split(" "));

/** What a call may hold, by how templates write it. */
const KINDS: Readonly<Record<string, RegExp>> = {
  "a string": /"[^"]/,
  "an int": /[ {(]-?\d+[ })]/,
  "an int64": /\(int64 /,
  "a float64": /[ {(]-?\d+\.\d|\.F\b|\.neg\b|\.huge\b/,
  "a bool": /\btrue\b/,
  nil: /\bnil\b/,
  "a list": /\(list /,
  "a typed list": /\(splitList /,
  "a map": /\(dict |\.M\b/,
};

const MORE_KINDS: Readonly<Record<string, RegExp>> = {
  "a typed map": /\(split /,
  "a nil of the data": /\.nil\b/,
  "an empty string": /""/,
  "an empty list": /\(list\)|\.EL\b/,
  "an empty map": /\(dict\)|\.EM\b/,
  "a negative number": /[ {(]-\d/,
  "a number past 2^53": /9007199254740993/,
  "the least int": /-9223372036854775808/,
  "no number": /NaN/,
};

const TEXTS: Readonly<Record<string, RegExp>> = {
  "characters beyond the BMP": /😀/,
  "bytes that are no UTF-8": /\\xff/,
  "an empty string": /""/,
};

const functions = [...new Map([...BUILTINS, ...kudoFunctions])];
const parametersOf = ({ params, rest }: GoFunction): readonly unknown[] =>
  rest === undefined ? params : [...params, rest];
const takesAny = (fn: GoFunction): boolean => parametersOf(fn).some((type) => type === ANY || type === VALUE);

test("every function is called by at least ten rows, and gives something in some of them", () => {
  const few = functions.filter(
    ([name, fn]) => called(name).length < (parametersOf(fn).length === 0 ? 3 : 10),
  );
  expect(names(few)).toEqual([]);
  const failing = functions.filter(([name]) => !called(name).some(({ error }) => error === ""));
  expect(names(failing)).toEqual([]);
});

test("every function is called with the wrong number of arguments", () => {
  const free = ({ params, rest }: GoFunction): boolean => params.length === 0 && rest !== undefined;
  const missing = functions
    .filter(([name, fn]) => !free(fn) && !SPECIAL.has(name))
    .filter(
      ([name]) => !called(name).some(({ error }) => error.includes(`wrong number of args for ${name}`)),
    );
  expect(names(missing)).toEqual([]);
});

/** The engine carries these out itself, and says otherwise what is wrong. */
const SPECIAL = new Set(["and", "or", "call"]);

test("every function is called with arguments of wrong types", () => {
  const wrong =
    /wrong type|expected |invalid value|not|cannot|can't|nil|incompatible|non-comparable|Cannot|list should/;
  const missing = functions
    .filter(([, fn]) => !parametersOf(fn).every((type) => type === ANY || type === VALUE))
    .filter(([name]) => called(name).filter(({ error }) => wrong.test(error)).length < 5);
  expect(names(missing)).toEqual([]);
});

test.each(Object.entries(KINDS))("every function that takes anything is called with %s", (_kind, pattern) => {
  const missing = functions
    .filter(([name, fn]) => takesAny(fn) && !UNFORESEEABLE.has(name) && !NARROW.has(name))
    .filter(([name]) => !called(name).some(({ template }) => pattern.test(template)));
  expect(names(missing)).toEqual([]);
});

test.each(Object.entries(MORE_KINDS))(
  "every function that takes anything is called with %s",
  (_kind, pattern) => {
    const missing = functions
      .filter(([name, fn]) => takesAny(fn) && !UNFORESEEABLE.has(name) && !NARROW.has(name))
      .filter(([name]) => !called(name).some(({ template }) => pattern.test(template)));
    expect(names(missing).filter((name) => !TWINS.test(name))).toEqual([]);
  },
);

/** Say what another function says; half of the values do for them. */
const TWINS = /^must|^(?:push|tuple|biggest)$/;

test.each(Object.entries(TEXTS))("every function of text is called with %s", (_kind, pattern) => {
  const missing = functions
    .filter(
      ([name, fn]) => parametersOf(fn).includes(STRING) && !UNFORESEEABLE.has(name) && !NARROW.has(name),
    )
    .filter(([name]) => !called(name).some(({ template }) => pattern.test(template)));
  expect(names(missing)).toEqual([]);
});

test("every function with arguments is called directly and through a pipeline", () => {
  const withArguments = functions.filter(([, fn]) => parametersOf(fn).length > 0);
  const piped = withArguments.filter(
    ([name]) => !called(name).some(({ template }) => new RegExp(`\\| ${name}\\b`).test(template)),
  );
  const direct = withArguments.filter(
    ([name]) => !called(name).some(({ template }) => new RegExp(`[{(] ?${name} \\S`).test(template)),
  );
  expect([names(piped), names(direct)]).toEqual([[], []]);
  expect(functions.some(([, fn]) => parametersOf(fn).includes(BOOL))).toBe(true);
});

function names(list: readonly (readonly [string, GoFunction])[]): readonly string[] {
  return list.map(([name]) => name).toSorted();
}

function called(name: string): readonly Call[] {
  return calls.get(name) ?? [];
}

/** Rows by the functions that they name, whether these are called or stand in text. */
function callsByName(): ReadonlyMap<string, Call[]> {
  const found = new Map<string, Call[]>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".jsonl"))) {
    for (const line of readFileSync(join(folder, file), "utf8").split("\n")) {
      if (line === "") continue;
      const { template, error = "" } = JSON.parse(line) as { template: string; error?: string };
      for (const word of new Set(template.match(/\w+/g))) {
        const rows = found.get(word);
        if (rows === undefined) found.set(word, [{ template, error }]);
        else rows.push({ template, error });
      }
    }
  }
  return found;
}
