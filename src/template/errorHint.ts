import { nearest } from "../base/nearest.ts";
import type { FailedField, TemplateError, UnknownName } from "./templateError.ts";

/**
 * What an author can do about an error, in plain words; `undefined` when Go's words say enough.
 *
 * @param words  Go's message without the place
 */
export function errorHint(error: TemplateError, words: string): string | undefined {
  if (error.unknown?.kind === "function") return functionHint(error.unknown);
  if (error.unknown?.kind === "variable") return variableHint(error.unknown);
  if (error.unknown?.kind === "template") return templateHint(error.unknown);
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
    const helm = owner === undefined || at > 0 ? undefined : HELM_FIELDS.get(name ?? "");
    if (helm !== undefined) return `this is a field of Helm, which packages do not have; ${helm}`;
    if (at < 2 && error.unknown?.elsewhere === undefined) return contentsHint(error.unknown);
    return error.unknown?.elsewhere === undefined && owner !== undefined && at > 1
      ? `what may be missing is read by {{index ${path(at)} "${name}"}}, or asked for by hasKey`
      : undefined;
  }
  return `${path(at)} is ${receiver} and has no fields`;
}

/** More names than these help nobody. */
const MOST_LISTED = 16;

/** What a small map has instead, when no name in it is near. */
function contentsHint(unknown: UnknownName | undefined): string | undefined {
  if (unknown === undefined || unknown.candidates.length > MOST_LISTED) return undefined;
  if (unknown.candidates.length === 0) return "there is nothing in it";
  if (nearest(unknown.name, unknown.candidates) !== undefined) return undefined;
  return `there is ${unknown.candidates.map((name) => `.${name}`).join(", ")}`;
}

function functionHint({ name, candidates }: UnknownName): string | undefined {
  const foreign = FOREIGN_FUNCTIONS.get(name);
  if (foreign !== undefined || nearest(name, candidates) !== undefined) return foreign;
  if (/^[A-Z][A-Z0-9_]+$/.test(name)) return `a parameter is read by .Params.${name}`;
  if (/^[A-Z]/.test(name)) return `a field begins with a dot: .${name}`;
  return `a word by itself is a function; a field begins with a dot, .${name}, a variable with $${name}, and text stands in quotes, "${name}"`;
}

function variableHint({ name, candidates }: UnknownName): string {
  const scope =
    "a variable is declared by := and known until the {{end}} of its block; a template knows none of its caller";
  const isField = /^\$[A-Z]/.test(name) && nearest(name, candidates) === undefined;
  return isField ? `a field of the data is read by $.${name.slice(1)}; ${scope}` : scope;
}

function templateHint({ name, candidates }: UnknownName): string | undefined {
  if (nearest(name, candidates) !== undefined) return undefined;
  return `a template is known in its own file alone, where {{define "${name}"}} … {{end}} makes it`;
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
  [/invalid value; expected/, "this has no value (nil); {{VALUE | default FALLBACK}} gives one"],
  [
    /can't handle .* for arg of type sprig\.certificate$/,
    "what genCA, genSelfSignedCert or buildCustomCert gave is expected",
  ],
  [/can't handle .* for arg of type map/, "a map is expected; perhaps the arguments are in another order"],
  [/can't handle .* for arg of type \[\]/, "a list is expected; perhaps the arguments are in another order"],
  [/error calling slice: .* but string$/, "this is text: substr and trunc cut text"],
  [/error calling (?:div|mod): .*divide by zero$/, "the divisor is 0, or text that is no number"],
  [
    /^(?:loops take more|a (?:value|list) is l|the (?:template does|output is|random values)|values or calls are)/,
    "a limit that all templates have: docs/templates.md, Limits",
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
    /^unexpected "\|" in /,
    "either: {{if or A B}}; a pipeline has a value before and a function behind each |",
  ],
  [/^unexpected "," in operand/, "arguments are separated by blanks"],
  [/^unexpected ["<][<>]" in /, "to compare: {{if lt A B}}, {{if gt A B}}"],
  [
    /^bad number syntax: "-[A-Za-z_.$(]/,
    "a blank stands behind {{- and before -}}: {{- end -}}; to calculate: {{sub A B}}",
  ],
  [/^(?:illegal number syntax|bad number syntax): "[+-]/, "to calculate: {{add A B}}, {{sub A B}}"],
  [/^unexpected "\?" in /, "to choose: {{if A}} … {{else}} … {{end}}, or (ternary YES NO CONDITION)"],
  [
    /^unexpected "\/" in /,
    "to calculate: {{div A B}}; a comment begins at once, without a blank: {{/* … */}}",
  ],
  [/^unexpected ["*/%]+ in /, "to calculate: {{mul A B}}, {{div A B}}, {{mod A B}}"],
  [
    /^bad character U\+002D/,
    'a name with - in it is read by {{index .Params "my-name"}}, variables cannot have one; before -}} stands a blank',
  ],
  [/^bad character U\+005B|^unexpected "\.\d+" in /, "an element of a list is read by {{index LIST 0}}"],
  [/^bad character U\+0022/, "a blank or the beginning of a quoted text is missing before this quote"],
  [/^unrecognized character in action: U\+20(?:1[89A-F])/, 'text stands in plain double quotes: "text"'],
  [/^unexpected <\.> in |^unexpected \. after term/, "a name follows the dot at once: .NAME"],
  [/^unexpected .* in (?:define|template|block) clause/, 'the name of a template stands in quotes: "NAME"'],
  [/^too many declarations in range/, "two at most: {{range $KEY, $VALUE := LIST}}"],
  [/^range can only initialize variables/, "both are variables: {{range $KEY, $VALUE := LIST}}"],
  [/^unexpected right paren/, "there is no ( that it closes"],
  [/^malformed character constant|^unterminated character constant/, 'text stands in double quotes: "text"'],
  [/^unterminated (?:raw )?quoted string/, "the quote that begins here is not closed"],
  [
    /^unexpected {{end}}/,
    "there is no block to end: every if, with, range, define and block has one {{end}}",
  ],
  [
    /^unexpected {{else}}|^expected end; found {{else}}/,
    "an {{else}} belongs to an if, with or range, and ends it only once",
  ],
  [/^unclosed action/, "the action that begins here has no }}"],
  [/^unclosed left paren/, "a ( in the action that begins here has no )"],
  [/^unclosed comment/, "the comment that begins here has no */}}"],
  [/^comment ends before closing delimiter/, "nothing may stand between */ and }}"],
  [/^(?:missing value|empty command)/, "a value or a function is expected"],
  [/^integer overflow: "0/, "a number that begins with 0 is octal"],
];

function literalHint(kind: string | undefined, found: string | undefined): string | undefined {
  if (kind === "bool") return "a condition, such as (eq A B), true or false, without quotes";
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

/** What stands in place of Helm's fields. */
const HELM_FIELDS: ReadonlyMap<string, string> = new Map([
  ["Values", "parameters are .Params.NAME"],
  ["Release", "the instance is .Name in .Namespace"],
  ["Chart", "the package is .OperatorName, .OperatorVersion and .AppVersion"],
  ...["Files", "Capabilities", "Template", "Subcharts"].map(
    (name) => [name, "parameters are .Params.NAME"] as const,
  ),
]);

const LOOP = "a loop is {{range LIST}} … {{end}}";
const END = "every block ends with {{end}}";
const ELSE_IF = "two words: {{else if …}}";

/** Functions and words that authors know from elsewhere. */
const FOREIGN_FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ["include", `${HELM}; {{template "NAME" .}} puts a template in, without a pipeline behind it`],
  [
    "required",
    `${HELM}; a parameter without a default is required, and {{fail "…"}} ends with words of your own`,
  ],
  ["tpl", HELM],
  ...["for", "foreach", "while", "loop"].map((name) => [name, LOOP] as const),
  ...["endif", "endfor", "endrange", "endwith", "fi", "done"].map((name) => [name, END] as const),
  ...["elseif", "elif", "elsif"].map((name) => [name, ELSE_IF] as const),
  ...["switch", "case"].map((name) => [name, `{{if eq A B}} … {{else if eq A C}} … {{end}}`] as const),
  ...["null", "none", "None"].map((name) => [name, "no value is called nil"] as const),
  ["lookup", `${HELM}; nothing is read from the cluster`],
  ...["toToml", "fromToml", "fromYaml", "fromYamlArray", "fromJsonArray", "toYamlPretty"].map(
    (name) => [name, HELM] as const,
  ),
  ...["env", "expandenv", "getHostByName", "base", "dir", "clean", "ext", "isAbs"].map(
    (name) => [name, OUTSIDE] as const,
  ),
  ...["osBase", "osDir", "osClean", "osExt", "osIsAbs"].map((name) => [name, OUTSIDE] as const),
]);
