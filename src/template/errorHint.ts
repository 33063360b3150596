import type { FailedField, TemplateError } from "./templateError.ts";

/**
 * What an author can do about an error, in plain words; `undefined` when Go's words say enough.
 *
 * @param words  Go's message without the place
 */
export function errorHint(error: TemplateError, words: string): string | undefined {
  if (error.unknown?.kind === "function") return FOREIGN_FUNCTIONS.get(error.unknown.name);
  if (error.field) return fieldHint(error, error.field);
  for (const [pattern, hint] of HINTS) {
    const match = pattern.exec(words);
    if (match) return typeof hint === "string" ? hint : hint(match);
  }
  return undefined;
}

function fieldHint(
  error: TemplateError,
  { names, at, owner, receiver, isInRoot }: FailedField,
): string | undefined {
  const path = (end: number): string => {
    const read = names.slice(0, end).map((name) => `.${name}`);
    return `${owner ?? "(…)"}${read.join("")}` || ".";
  };
  const caller = error.chain.calls[0];
  if (receiver === "nothing" && at === 0 && (owner === "" || owner === "$") && caller)
    return `the template "${caller.name}" is called without data; {{template "${caller.name}" .}} hands over the dot`;
  if (isInRoot && owner === "")
    return `here . is ${receiver}, not the data: inside range, with and define it is another one; perhaps $.${names.join(".")}`;
  if (receiver === "nothing")
    return `${path(at)} has no value, so there is no .${names[at]} in it; if or with can ask before`;
  if (receiver === "a map") {
    const name = names[at];
    return error.unknown?.elsewhere === undefined && owner !== undefined && at > 1
      ? `what may be missing is read by {{index ${path(at)} "${name}"}}, or asked for by hasKey`
      : undefined;
  }
  return `${path(at)} is ${receiver} and has no fields`;
}

const NUMBERS =
  "numbers from YAML and JSON are float64, the parameters of a package are text, what stands in a template is int";

type Hint = string | ((match: RegExpExecArray) => string | undefined);

/** Go's words, and what they mean. The first that fits counts. */
const HINTS: readonly (readonly [RegExp, Hint])[] = [
  // Running
  [/expected (?:int|int64); got float64$/, "numbers from YAML and JSON are float64: (int VALUE)"],
  [/expected (?:int|int64|float64); got string$/, "this is text, as every plain parameter: (int VALUE)"],
  [/expected string; got (?:int|int64|float64|bool)$/, "this is no text yet: (toString VALUE)"],
  [
    /expected string; got \[\]/,
    "this is a list; perhaps the arguments are in another order, or join is wanted",
  ],
  [/expected string; got map/, "this is a map; toYaml and toJson make text of it"],
  [/expected map\[.*; got string$/, "this is text; fromJson makes a map of JSON"],
  [/expected \[\].*; got string$/, "this is text; splitList makes a list of it"],
  [/expected bool; got string$/, 'this is text, as every plain parameter: (eq VALUE "true")'],
  [/expected (string|integer|bool|float); found (.*)$/, ([, kind, found]) => literalHint(kind, found)],
  [/incompatible types for comparison: (.*) and (.*)$/, ([, a, b]) => comparisonHint(a ?? "", b ?? "")],
  [
    /(?:incompatible|invalid) types? for comparison|non-comparable type/,
    "only numbers, texts and booleans compare; deepEqual compares lists and maps",
  ],
  [
    /error calling index: index of (?:nil pointer|untyped nil)/,
    "what is indexed has no value: an entry on the way is missing",
  ],
  [/error calling index: index out of range/, "the list has fewer elements; they count from 0"],
  [
    /error calling index: cannot index slice\/array with type/,
    "the position in a list is an integer: (int VALUE)",
  ],
  [
    /range can't iterate over/,
    "range takes a list, a map or an integer: a parameter of type array or map, splitList of a text, (int VALUE) of a number",
  ],
  [
    /has arguments|can't give argument to non-function/,
    "the function comes first: {{FUNCTION ARGUMENT}} or {{ARGUMENT | FUNCTION}}",
  ],
  [/nil is not a command/, 'write "" for an empty text'],
  [/exceeded maximum template depth/, "the template calls itself without end"],
  [
    /wrong number of args for (\S+):/,
    ([, name]) => `lockstep template functions ${name} shows its arguments`,
  ],
  [
    /^undefined variable/,
    "a variable is declared by := and known until the {{end}} of its block; a template knows none of its caller",
  ],
  // Parsing
  [/^unexpected "}" in /, "an action ends with two braces, }}"],
  [/^unexpected "{" in /, "actions do not nest; parentheses do: {{FUNCTION (FUNCTION ARGUMENT)}}"],
  [/^unexpected "=" in operand/, "to compare: {{if eq A B}}"],
  [/^unexpected "!" in /, "to negate: {{if not A}}, {{if ne A B}}"],
  [/^unexpected "&" in /, "both: {{if and A B}}"],
  [
    /^unexpected "\|" in |^missing value for command/,
    "either: {{if or A B}}; a pipeline has a value before and a function behind each |",
  ],
  [/^unexpected "," in operand/, "arguments are separated by blanks"],
  [/^unexpected ["<][<>]" in /, "to compare: {{if lt A B}}, {{if gt A B}}"],
  [/^(?:illegal number syntax|bad number syntax): "[+-]/, "to calculate: {{add A B}}, {{sub A B}}"],
  [/^unexpected ["*/%]+ in /, "to calculate: {{mul A B}}, {{div A B}}, {{mod A B}}"],
  [
    /^bad character U\+002D/,
    'a name with - in it is read by {{index .Params "my-name"}}; variables cannot have one',
  ],
  [/^malformed character constant|^unterminated character constant/, 'text stands in double quotes: "text"'],
  [/^unterminated (?:raw )?quoted string/, "the quote that begins here is not closed"],
  [
    /^unexpected {{end}}/,
    "there is no block to end: every if, with, range, define and block has one {{end}}",
  ],
  [/^unexpected {{else}}/, "an {{else}} belongs to an if, with or range, and ends it only once"],
  [/^unclosed action/, "the action that begins here has no }}"],
  [/^unclosed left paren/, "a ( in the action that begins here has no )"],
  [/^unclosed comment/, "the comment that begins here has no */}}"],
  [/^comment ends before closing delimiter/, "nothing may stand between */ and }}"],
  [/^(?:missing value|empty command)/, "a value or a function is expected"],
  [/^integer overflow: "0/, "a number that begins with 0 is octal"],
];

function literalHint(kind: string | undefined, found: string | undefined): string | undefined {
  if (kind === "string") return `quote it: "${found?.replaceAll('"', "")}"`;
  if (found?.startsWith('"') && /^"\d+"$/.test(found)) return `without quotes: ${found.slice(1, -1)}`;
  return undefined;
}

function comparisonHint(a: string, b: string): string {
  const kinds = [a, b];
  if (kinds.includes("string") && kinds.some((kind) => /int|float/.test(kind)))
    return `one is text: quote the number, or (int VALUE); ${NUMBERS}`;
  if (kinds.includes("bool") && kinds.includes("string")) return 'parameters are text: (eq VALUE "true")';
  if (kinds.every((kind) => /int|float/.test(kind)))
    return `(int VALUE) or (float64 VALUE) makes them alike; ${NUMBERS}`;
  return "both sides must be of one kind";
}

const HELM = "this is a function of Helm, which packages do not have";
const OUTSIDE = "templates reach no environment, files or network";

/** Functions that authors know from elsewhere. */
const FOREIGN_FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ["include", `${HELM}; {{template "NAME" .}} puts a template in, without a pipeline behind it`],
  [
    "required",
    `${HELM}; a parameter without a default is required, and {{fail "…"}} ends with words of your own`,
  ],
  ["tpl", HELM],
  ["lookup", `${HELM}; nothing is read from the cluster`],
  ...["toToml", "fromToml", "fromYaml", "fromYamlArray", "fromJsonArray", "toYamlPretty"].map(
    (name) => [name, HELM] as const,
  ),
  ...["env", "expandenv", "getHostByName", "base", "dir", "clean", "ext", "isAbs"].map(
    (name) => [name, OUTSIDE] as const,
  ),
  ...["osBase", "osDir", "osClean", "osExt", "osIsAbs"].map((name) => [name, OUTSIDE] as const),
]);
