import type { FieldCause } from "../objectPipeline.ts";

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
const LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
const QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const LABEL_VALUE = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?";

/** What is wrong with a text; empty when nothing is. Messages are the server's. */
export type NameRule = (text: string) => readonly string[];

/** DNS-1123 subdomain, 253 characters: the rule of most kinds. */
export const subdomainRule: NameRule = (text) => [
  ...tooLong(text, 253),
  ...mismatch(
    text,
    SUBDOMAIN,
    `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`,
  ),
];

/** DNS-1123 label, 63 characters: namespaces. */
export const labelRule: NameRule = (text) => [
  ...tooLong(text, 63),
  ...mismatch(
    text,
    LABEL,
    `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL}')`,
  ),
];

/** DNS-1035 label, 63 characters: services. */
export const serviceRule: NameRule = (text) => [
  ...tooLong(text, 63),
  ...mismatch(
    text,
    LABEL_1035,
    `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${LABEL_1035}')`,
  ),
];

/** Anything that can be one segment of a path: roles and their bindings. */
export const pathSegmentRule: NameRule = (text) => {
  if (text === "." || text === "..") return [`may not be '${text}'`];
  return ["/", "%"].filter((part) => text.includes(part)).map((part) => `may not contain '${part}'`);
};

/** An optional DNS subdomain and a slash, then 63 characters: keys of labels and annotations. */
export const qualifiedNameRule: NameRule = (text) => {
  const parts = text.split("/");
  const name = parts.at(-1) ?? "";
  if (parts.length > 2) {
    return [
      `a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${QUALIFIED}') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const prefix = parts.length === 2 ? parts[0] : undefined;
  const found = [
    ...(prefix === "" ? ["prefix part must be non-empty"] : []),
    ...(prefix ? subdomainRule(prefix).map((message) => `prefix part ${message}`) : []),
  ];
  if (name === "") found.push("name part must be non-empty");
  else if (name.length > 63) found.push("name part must be no more than 63 bytes");
  if (!new RegExp(`^${QUALIFIED}$`).test(name)) {
    found.push(
      `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${QUALIFIED}')`,
    );
  }
  return found;
};

/** Value of a label: empty, or 63 characters. */
export const labelValueRule: NameRule = (text) => [
  ...tooLong(text, 63),
  ...mismatch(
    text,
    LABEL_VALUE,
    `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${LABEL_VALUE}')`,
  ),
];

/** Key of a ConfigMap's or a Secret's data. */
export const configKeyRule: NameRule = (text) => {
  if (text === "." || text === "..") return [`must not be '${text}'`];
  if (text.startsWith("..")) return ["must not start with '..'"];
  return [
    ...tooLong(text, 253),
    ...mismatch(
      text,
      "[-._a-zA-Z0-9]+",
      `a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`,
    ),
  ];
};

/** The breaches of a rule at a field, as the server words them. */
export function invalidValues(field: string, value: string, rule: NameRule): readonly FieldCause[] {
  return rule(value).map((message) => invalidValue(field, value, message));
}

/** `Invalid value: "x": why`. */
export function invalidValue(field: string, value: unknown, why: string): FieldCause {
  return { reason: "FieldValueInvalid", message: `Invalid value: ${JSON.stringify(value)}: ${why}`, field };
}

/** A field that must be there and is not. */
export function required(field: string, why = ""): FieldCause {
  return {
    reason: "FieldValueRequired",
    message: why === "" ? "Required value" : `Required value: ${why}`,
    field,
  };
}

/** A field that must not be there, or not change. */
export function forbiddenField(field: string, why: string): FieldCause {
  return { reason: "FieldValueForbidden", message: `Forbidden: ${why}`, field };
}

function tooLong(text: string, limit: number): readonly string[] {
  return Buffer.byteLength(text) > limit ? [`must be no more than ${limit} bytes`] : [];
}

function mismatch(text: string, pattern: string, message: string): readonly string[] {
  return new RegExp(`^(?:${pattern})$`).test(text) ? [] : [message];
}
