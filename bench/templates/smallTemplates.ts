/** Numbers below a bound, the same each time. */
type Random = (bound: number) => number;

/** Makes so many small templates with many functions; the same ones each time. They all succeed on {@link SMALL_DATA}. */
export function smallTemplates(count: number): readonly string[] {
  const random = seeded(20261122);
  return Array.from({ length: count }, () => template(random));
}

/** What the small templates are given; none of them changes it. */
export const SMALL_DATA = {
  Name: "galera-prod",
  Namespace: "databases",
  OperatorName: "galera",
  Params: {
    NODE_COUNT: "3",
    IMAGE: "registry.example.com/galera:10.6.14",
    CONFIG: "max_connections = 500\nwait_timeout = 28800\nbind-address = 0.0.0.0",
    EMPTY: "",
    ENABLED: "true",
    CITY: "Zürich, größte Stadt",
    HOSTS: "a.example.com,b.example.com,c.example.com",
    RESOURCES: { requests: { cpu: "500m", memory: "1Gi" }, limits: { memory: "2Gi" } },
    LABELS: { app: "galera", tier: "db", "kudo.dev/x": "y" },
    PORTS: [3306, 4444, 4567, 4568],
    NAMES: ["node", "client", "backup"],
    RATIO: 0.75,
    ON: true,
  },
};

const WORDS = [
  "alpha",
  "Beta",
  "gamma-delta",
  "node_port",
  "hello world",
  "x",
  "a.b.c",
  "MixedCase",
  "größe",
];

function seeded(seed: number): Random {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

function template(random: Random): string {
  let out = "";
  for (let left = 1 + random(4); left > 0; left--) out += pick(random, STATEMENTS)(random);
  return out;
}

type Make = (random: Random) => string;

function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[random(choices.length)]!;
}

/** A phrase with `S`, `I`, `B`, `L` and `D` as places for a string, an int, a bool, a list and a map. */
function phrase(shape: string): Make {
  return (random) =>
    shape.replace(/\b[SIBLD]\b/g, (kind) => {
      if (kind === "S") return text(random);
      if (kind === "I") return int(random);
      if (kind === "B") return bool(random);
      return kind === "L" ? pick(random, LISTS) : pick(random, MAPS);
    });
}

const PLAIN_TEXTS: readonly string[] = [
  ".Name",
  ".Namespace",
  ".Params.IMAGE",
  ".Params.CONFIG",
  ".Params.CITY",
  ".Params.HOSTS",
  "$.Params.ENABLED",
  "$.OperatorName",
];
const LISTS: readonly string[] = [
  "$.Params.NAMES",
  '(splitList "," $.Params.HOSTS)',
  '(list "a" "b" $.Name)',
  "(sortAlpha $.Params.NAMES)",
  "(reverse $.Params.NAMES)",
  "(uniq $.Params.PORTS)",
];
const MAPS: readonly string[] = [
  "$.Params.RESOURCES",
  "$.Params.LABELS",
  '(dict "a" 1 "b" $.Name)',
  '(pick $.Params.LABELS "app")',
];

const TEXT_CALLS: readonly Make[] = [
  "upper S",
  "lower S",
  "title S",
  "trim S",
  'replace "e" "E" S',
  'printf "%s-%d" S I',
  'printf "%-12s|%5d|%v" S I B',
  'printf "%q" S',
  'printf "%08.3f" $.Params.RATIO',
  "trunc 5 S",
  'trimSuffix "d" S',
  'trimPrefix "g" S',
  'trimAll "-" S',
  "nospace S",
  "initials S",
  "snakecase S",
  "camelcase S",
  "kebabcase S",
  "quote S",
  "squote S I",
  "indent 4 S",
  "b64enc S",
  "sha256sum S",
  'default "none" S',
  'default "none" $.Params.EMPTY',
  'join "," L',
  "toString I",
  "ternary S S B",
  "cat S I S",
  "repeat 3 S",
  "coalesce $.Params.EMPTY S",
  "toJson D",
  "toYaml D",
  "html S",
  "urlquery S",
  "first $.Params.NAMES",
  "print S I",
  'regexReplaceAll "[a-z]+([0-9]*)" S "<$1>"',
  'regexFind "[A-Z].*" S',
  'index $.Params "IMAGE"',
  'get $.Params "IMAGE"',
].map(phrase);

const PIPED: readonly string[] = [
  "quote",
  "upper",
  "trim",
  "indent 2",
  "nindent 4",
  'default "x"',
  "trunc 20",
  'replace "a" "b"',
  "b64enc",
  'printf "[%s]"',
  "squote",
];
const INT_CALLS: readonly Make[] = [
  "len S",
  "len L",
  "add I I",
  "sub I I",
  "mul I 3",
  "max I I 4",
  "atoi $.Params.NODE_COUNT",
  "int $.Params.NODE_COUNT",
  "mod I 7",
].map(phrase);
const BOOL_CALLS: readonly Make[] = [
  "eq S S",
  "ne S S",
  "and B B",
  "or B B",
  "not B",
  "empty S",
  'contains "a" S',
  'hasPrefix "g" S',
  'hasKey D "app"',
  "gt (len S) 5",
  'regexMatch "^[a-z]+$" S',
  'kindIs "string" S',
].map(phrase);

function text(random: Random): string {
  switch (random(5)) {
    case 0:
      return `"${pick(random, WORDS)}"`;
    case 1:
      return `(${pick(random, TEXT_CALLS)(random)})`;
    default:
      return pick(random, PLAIN_TEXTS).replace(/^\./, "$.");
  }
}

function int(random: Random): string {
  return random(3) === 0 ? `(${pick(random, INT_CALLS)(random)})` : String(random(1000));
}

function bool(random: Random): string {
  return random(3) === 0 ? `(${pick(random, BOOL_CALLS)(random)})` : "$.Params.ON";
}

const printed: Make = (random) => `  value: {{ ${pick(random, TEXT_CALLS)(random)} }}\n`;
const piped: Make = (random) =>
  `  key: {{ ${pick(random, PLAIN_TEXTS)} | ${pick(random, PIPED)} | ${pick(random, PIPED)} }}\n`;

const STATEMENTS: readonly Make[] = [
  printed,
  printed,
  piped,
  piped,
  (random) => `{{ ${pick(random, INT_CALLS)(random)} }} `,
  (random) =>
    `{{- if ${pick(random, BOOL_CALLS)(random)} }}\n${printed(random)}{{- else }}\n${piped(random)}{{- end }}\n`,
  (random) => `{{ if ${bool(random)} }}yes{{ else if ${bool(random)} }}maybe{{ end }}`,
  (random) =>
    `{{- range $i, $x := ${pick(random, LISTS)} }}\n- {{ $i }}: {{ $x | ${pick(random, ["toString", "quote"])} }}\n{{- end }}\n`,
  (random) => `{{ range until ${1 + random(5)} }}{{ . }},{{ end }}`,
  (random) => `{{ with ${text(random)} }}{{ . | ${pick(random, PIPED)} }}{{ end }}`,
  (random) =>
    `{{ $v := ${pick(random, TEXT_CALLS)(random)} }}{{ $v }} and {{ $v | ${pick(random, PIPED)} }}\n`,
  (random) => `{{/* ${pick(random, WORDS)} */}}name: {{ .Name }}-${pick(random, WORDS)}\n`,
];
