import type { JsonValue } from "../../../src/object/json.ts";
import { makeData } from "./data.ts";
import { ExpressionWriter } from "./expressions.ts";
import { oddLiteral } from "./literals.ts";
import { isDangerous, withMistakes } from "./mistakes.ts";
import { printfCall } from "./printf.ts";
import { Random } from "./random.ts";
import { type Scope, scopeOf } from "./scope.ts";
import { SIGNATURES } from "./signatures.ts";
import { StatementWriter, type Style } from "./statements.ts";

/** One template with its data, as it goes to Go and to us. */
export interface FuzzRow {
  readonly name: string;
  readonly shape: ShapeName;
  readonly template: string;
  readonly data: JsonValue;
}

const PLAIN: Style = {
  text: 4,
  action: 5,
  branch: 2,
  loop: 1,
  variable: 1,
  call: 0,
  comment: 0,
  depth: 2,
  trim: 0.05,
  blanks: 0.03,
};

type Maker = (random: Random, data: JsonValue, wrongness: number) => string;

const styled =
  (changes: Partial<Style>, nesting: number, high = 5): Maker =>
  (random, data, wrongness) =>
    new StatementWriter(random, { ...PLAIN, ...changes }, wrongness).block(
      scopeOf(data, []),
      nesting,
      2,
      high,
    );

const SHAPES = {
  control: styled({ branch: 6, loop: 3 }, 3),
  variables: styled({ variable: 6, branch: 3, loop: 2 }, 2, 7),
  loops: styled({ loop: 7, text: 3 }, 3, 3),
  pipelines: styled({ action: 10, branch: 1, loop: 0, depth: 4 }, 1, 3),
  trim: styled({ trim: 0.5, blanks: 0.3, comment: 4, text: 6 }, 2, 8),
  templates,
  recursion,
  functions,
  functionsOfAnything,
  printf,
  literals,
  manifest,
} as const satisfies Record<string, Maker>;

/** The name of a shape; the templates of `mistakes` are those of another with something broken. */
export type ShapeName = keyof typeof SHAPES | "mistakes";

const WEIGHTS: readonly (readonly [number, ShapeName])[] = [
  [14, "control"],
  [10, "variables"],
  [9, "loops"],
  [10, "pipelines"],
  [9, "trim"],
  [10, "templates"],
  [3, "recursion"],
  [12, "functions"],
  [6, "functionsOfAnything"],
  [6, "printf"],
  [6, "literals"],
  [3, "manifest"],
  [10, "mistakes"],
];

/** Names of the shapes, in the order of reports. */
export const SHAPE_NAMES: readonly ShapeName[] = WEIGHTS.map(([, shape]) => shape);

/** The row that a seed and an index decide. */
export function makeRow(seed: number, index: number): FuzzRow {
  const random = new Random(seed, index);
  const shape = random.weighted(WEIGHTS);
  const data = makeData(random);
  return { name: `${shape} ${index}`, shape, template: makeTemplate(random, shape, data), data };
}

function makeTemplate(random: Random, shape: ShapeName, data: JsonValue): string {
  if (shape !== "mistakes") {
    return SHAPES[shape](
      random,
      data,
      random.weighted([
        [14, 0],
        [4, 0.02],
        [2, 0.1],
      ]),
    );
  }
  const kinds = ["control", "variables", "loops", "trim", "templates", "pipelines"] as const;
  for (;;) {
    const text = withMistakes(random, SHAPES[random.pick(kinds)](random, data, 0));
    if (!isDangerous(text)) return text;
  }
}

/** Definitions before, between and behind the text, blocks, names defined twice, templates inside templates. */
function templates(random: Random, data: JsonValue, wrongness: number): string {
  const writer = new StatementWriter(random, { ...PLAIN, call: 5 }, wrongness);
  const names = random.many(1, 3, (index) => `${random.pick(["a", "t.b", "x/y", "日"])}${index}`);
  const parts: string[] = [];
  for (const [index, name] of names.entries()) {
    // A template may call those before it only, so that none calls itself.
    const scope = scopeOf(data, names.slice(0, index));
    parts.push(definition(random, writer, name, scope));
    if (random.chance(0.06)) parts.push(definition(random, writer, name, scope));
  }
  const main = random.many(2, 4, () => topLevel(random, writer, scopeOf(data, names)));
  const all = random.chance(0.5) ? [...parts, ...main] : [...main, ...parts];
  if (random.chance(0.3)) all.push(all.splice(random.below(all.length), 1)[0] ?? "");
  return all.join(random.pick(["", "", "\n", " "]));
}

function definition(random: Random, writer: StatementWriter, name: string, scope: Scope): string {
  const body = random.chance(0.08) ? random.pick(["", " ", "{{/* only */}}"]) : writer.block(scope, 1);
  return (
    writer.action(`define ${random.chance(0.1) ? `\`${name}\`` : `"${name}"`}`) + body + writer.action("end")
  );
}

function topLevel(random: Random, writer: StatementWriter, scope: Scope): string {
  if (!random.chance(0.2)) return writer.block(scope, 2, 1, 2);
  const name = random.chance(0.08) ? random.pick(scope.templates) : `block${random.below(20)}`;
  const [given, data] = random.pick<[string, JsonValue]>([
    [".", scope.root.sample ?? null],
    ["$", scope.root.sample ?? null],
    ['"s"', "s"],
    ["3.0", 3],
  ]);
  return (
    writer.action(`block "${name}" ${given}`) + writer.block(scopeOf(data, []), 1) + writer.action("end")
  );
}

/** A template that calls itself with less and less. */
function recursion(random: Random, data: JsonValue, wrongness: number): string {
  const writer = new StatementWriter(random, PLAIN, wrongness);
  const body = (): string => (random.chance(0.5) ? "" : writer.block(scopeOf({ n: 1 }, []), 0, 1, 2));
  const step = random.pick([
    `{{template "r" (dict "n" (sub .n 1))}}`,
    `{{with dict "n" (sub (int .n) 1) "up" .}}{{template "r" .}}{{end}}`,
    `{{template "r" (set . "n" (add .n -1))}}`,
  ]);
  const define = `{{define "r"}}${body()}{{if gt (int .n) 0}}[{{.n}}${step}]{{else}}.{{end}}${body()}{{end}}`;
  const call = `{{template "r" (dict "n" ${random.between(0, 12)})}}`;
  return `${define}${writer.block(scopeOf(data, []), 1)}${call}`;
}

/** One function after the other, with arguments that fit. */
function functions(random: Random, data: JsonValue, wrongness: number): string {
  const writer = new ExpressionWriter(random, wrongness);
  return random
    .many(1, 3, (index) => `${index}{{${writer.call(random.pick(SIGNATURES), scopeOf(data, []), 1)}}}`)
    .join("\n");
}

/** A function with arguments of whatever kind. */
function functionsOfAnything(random: Random, data: JsonValue): string {
  const writer = new ExpressionWriter(random, 0.5);
  const kind = random.pick(["", "{{kindOf (", "{{printf `%v %T` ("]);
  const call = writer.call(random.pick(SIGNATURES), scopeOf(data, []), 0);
  if (kind === "") return `{{${call}}}`;
  return kind.includes("printf") ? `{{${call} | printf "%v"}}` : `${kind}${call})}}`;
}

function printf(random: Random, data: JsonValue, wrongness: number): string {
  const writer = new ExpressionWriter(random, wrongness);
  const scope = scopeOf(data, []);
  return random
    .many(1, 3, () => `{{${printfCall(random, (kind) => writer.argument(kind, scope, 1))}}}`)
    .join("|");
}

/** Literals of every form, printed in several ways. */
function literals(random: Random): string {
  return random
    .many(1, 3, () => {
      const literal = oddLiteral(random);
      return random.pick([
        `{{${literal}}}`,
        `{{print ${literal}}}`,
        `{{printf "%v %T" ${literal} ${literal}}}`,
        `{{${literal} | toString}}`,
        `{{$x := ${literal}}}{{$x}}`,
        `{{int ${literal}}}`,
        `{{float64 ${literal}}}`,
        `{{eq ${literal} ${oddLiteral(random)}}}`,
        `{{list ${literal} ${oddLiteral(random)} | toJson}}`,
        `{{if ${literal}}}t{{else}}f{{end}}`,
        `{{len ${literal}}}`,
        `{{quote ${literal}}}`,
        `{{index .L ${literal}}}`,
      ]);
    })
    .join(random.pick(["", " ", "\n"]));
}

/** What packages look like: YAML with names, loops over ports, blocks of YAML indented. */
function manifest(random: Random, data: JsonValue, wrongness: number): string {
  const writer = new StatementWriter(random, { ...PLAIN, trim: 0.2 }, wrongness);
  const scope = scopeOf(data, []);
  const string = (): string => writer.action(writer.expressions.pipeline("string", scope, 2));
  const value = (): string => writer.expressions.argument("any", scope, 1);
  const pieces = [
    () => `apiVersion: v1\nkind: ${random.pick(["Service", "ConfigMap"])}\n`,
    () => `metadata:\n  name: ${string()}\n`,
    () => `  labels:\n{{ toYaml ${writer.expressions.argument("map", scope, 1)} | indent 4 }}\n`,
    () => `spec:{{ toYaml ${value()} | nindent 2 }}\n`,
    () => `  replicas: {{ ${writer.expressions.ofKind("int", scope, 2).text} }}\n`,
    () => `{{- if ${writer.expressions.condition(scope, 2)} }}\n  x: ${string()}\n{{- end }}\n`,
    () =>
      `  ports:\n{{- range $i, $p := until ${random.between(0, 4)} }}\n  - name: p{{ $i }}\n    port: {{ add $p 8080 }}\n{{- end }}\n`,
    () => `  data: {{ ${value()} | toJson | quote }}\n`,
    () => `  env: {{ default "none" ${value()} | quote }}\n`,
  ];
  return random.many(3, 7, () => random.pick(pieces)()).join("");
}
