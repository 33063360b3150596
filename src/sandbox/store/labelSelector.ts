import { asList, asObject, asString, type JsonValue } from "../../object/json.ts";

/** True when a set of labels (or fields) is meant. */
export type Matcher = (values: Readonly<Record<string, string>>) => boolean;

/** Text that is no selector; the message is the server's. */
export interface SelectorError {
  readonly kind: "selectorError";
  readonly message: string;
}

/** Matches everything. */
export const everything: Matcher = () => true;

/**
 * Reads `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>3`.
 *
 * @see Kubernetes 1.36 apimachinery/pkg/labels/selector.go, the grammar of Parse
 */
export function parseLabelSelector(text: string): Matcher | SelectorError {
  const tokens = tokensOf(text);
  const matchers: Matcher[] = [];
  let at = 0;
  const peek = (): string | undefined => tokens[at];
  while (at < tokens.length) {
    const negated = peek() === "!";
    if (negated) at++;
    const key = tokens[at++];
    if (key === undefined || !isWord(key))
      return unexpected(
        key,
        matchers.length === 0 ? "!, identifier, or 'end of string'" : "identifier after ','",
      );
    const operator = peek();
    if (negated || operator === undefined || operator === ",") {
      matchers.push((labels) => key in labels !== negated);
    } else {
      at++;
      const values = isSetOperator(operator) ? readSet(tokens, at) : readOne(tokens, at);
      if ("kind" in values) return values;
      const matcher = requirement(key, operator, values.values);
      if (!matcher) return unexpected(operator, "in, notin, =, ==, !=, gt, lt");
      matchers.push(matcher);
      at = values.next;
    }
    if (at >= tokens.length) break;
    if (peek() !== ",") return unexpected(peek(), "',' or 'end of string'");
    at++;
    if (at >= tokens.length) return unexpected(undefined, "identifier after ','");
  }
  return matchers.length === 0 ? everything : (labels) => matchers.every((matches) => matches(labels));
}

/** A `matchLabels`/`matchExpressions` selector; an empty one matches everything, an absent one nothing. */
export function selectorMatcher(selector: JsonValue | undefined): Matcher {
  if (selector === undefined || selector === null) return () => false;
  const { matchLabels, matchExpressions } = asObject(selector);
  const wanted = Object.entries(asObject(matchLabels));
  const expressions = asList(matchExpressions).map((item) => {
    const { key, operator, values } = asObject(item);
    return expression(
      asString(key) ?? "",
      asString(operator) ?? "",
      asList(values).map((value) => String(value)),
    );
  });
  return (labels) =>
    wanted.every(([key, value]) => labels[key] === value) && expressions.every((matches) => matches(labels));
}

/** The text form of a `matchLabels` selector, as scale subresources and printers show it. */
export function formatSelector(selector: JsonValue | undefined): string {
  const { matchLabels, matchExpressions } = asObject(selector);
  const parts = Object.entries(asObject(matchLabels)).map(([key, value]) => ({
    key,
    text: `${key}=${value}`,
  }));
  for (const item of asList(matchExpressions)) {
    const { key, operator, values } = asObject(item);
    const set = `(${asList(values).map(String).sort().join(",")})`;
    const text =
      operator === "In"
        ? `${key} in ${set}`
        : operator === "NotIn"
          ? `${key} notin ${set}`
          : operator === "Exists"
            ? `${key}`
            : `!${key}`;
    parts.push({ key: String(key), text });
  }
  parts.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return parts.map(({ text }) => text).join(",");
}

function expression(key: string, operator: string, values: readonly string[]): Matcher {
  switch (operator) {
    case "In":
      return (labels) => key in labels && values.includes(labels[key] ?? "");
    case "NotIn":
      return (labels) => !(key in labels) || !values.includes(labels[key] ?? "");
    case "Exists":
      return (labels) => key in labels;
    case "DoesNotExist":
      return (labels) => !(key in labels);
    default:
      return () => false;
  }
}

function requirement(key: string, operator: string, values: readonly string[]): Matcher | undefined {
  switch (operator) {
    case "=":
    case "==":
    case "in":
      return expression(key, "In", values);
    case "!=":
    case "notin":
      return expression(key, "NotIn", values);
    case ">":
      return (labels) => key in labels && Number(labels[key]) > Number(values[0]);
    case "<":
      return (labels) => key in labels && Number(labels[key]) < Number(values[0]);
    default:
      return undefined;
  }
}

interface Values {
  readonly values: readonly string[];
  readonly next: number;
}

function readOne(tokens: readonly string[], at: number): Values | SelectorError {
  const value = tokens[at];
  if (value === undefined || value === ",") return { values: [""], next: at };
  return isWord(value) ? { values: [value], next: at + 1 } : badRequirement(value, "identifier");
}

function readSet(tokens: readonly string[], at: number): Values | SelectorError {
  if (tokens[at] !== "(") return badRequirement(tokens[at], "'('");
  const values: string[] = [];
  let next = at + 1;
  for (;;) {
    const token = tokens[next++];
    if (token === undefined) return badRequirement(undefined, "',' or ')'");
    if (token === ")") return { values: values.length === 0 ? [""] : values, next };
    if (token !== ",") values.push(token);
  }
}

function tokensOf(text: string): readonly string[] {
  return text.match(/!=|==|[=!<>(),]|[^\s=!<>(),]+/g) ?? [];
}

function isWord(token: string): boolean {
  return !/^[=!<>(),]/.test(token);
}

function isSetOperator(token: string): boolean {
  return token === "in" || token === "notin";
}

function unexpected(found: string | undefined, expected: string): SelectorError {
  return { kind: "selectorError", message: `found '${found ?? ""}', expected: ${expected}` };
}

function badRequirement(found: string | undefined, expected: string): SelectorError {
  const message = `unable to parse requirement: found '${found ?? ""}' expected: ${expected}`;
  return { kind: "selectorError", message };
}
