import type { JsonObject } from "../../../src/object/json.ts";
import { ExpressionWriter } from "./expressions.ts";
import { smallLiteral } from "./literals.ts";
import type { Random } from "./random.ts";
import { type Kind, type Known, knownJson, placesIn, type Scope } from "./scope.ts";

/** How a template is made up: what comes how often. */
export interface Style {
  /** Weights of the statements. */
  readonly text: number;
  readonly action: number;
  readonly branch: number;
  readonly loop: number;
  readonly variable: number;
  readonly call: number;
  readonly comment: number;
  /** Calls inside calls. */
  readonly depth: number;
  /** Probability that a delimiter trims. */
  readonly trim: number;
  /** Probability that an action holds more blanks than it needs. */
  readonly blanks: number;
}

const TEXTS: readonly string[] = [
  "x",
  " ",
  "\n",
  "a: ",
  "text\n",
  "  - ",
  "é",
  "日 ",
  "😀",
  ", ",
  "\n\n  ",
  "\t",
  "{ }",
  "}}",
  "{ ",
  "-",
  "end",
  "\r\n",
  "key: value\n",
  '"',
];

const COMMENTS: readonly string[] = ["/* c */", "/**/", "/* {{ }} */", "/* a\nb */", "/* - */", "/*日*/"];

const VARIABLES: readonly string[] = ["$x", "$y", "$v", "$item", "$i", "$k", "$größe"];

/** Values that `range` refuses or finds empty. */
const NO_COLLECTIONS: readonly string[] = [".None", "nil", ".s", "true", "2.0", '"abc"', ".nil", "0", "-1"];

/** What a loop goes over; without an index it takes one variable at most. */
interface Collection {
  readonly text: string;
  readonly index: Kind | undefined;
  readonly element: Omit<Known, "path">;
}

/** Statements after each other, and what is in scope behind them. */
interface Written {
  readonly text: string;
  readonly scope: Scope;
}

/** Writes statements: text, actions and control structures. */
export class StatementWriter {
  readonly expressions: ExpressionWriter;
  readonly #random: Random;
  readonly #style: Style;

  constructor(random: Random, style: Style, wrongness: number) {
    this.#random = random;
    this.#style = style;
    this.expressions = new ExpressionWriter(random, wrongness);
  }

  /** @param nesting  how many structures may stand inside each other */
  block(scope: Scope, nesting: number, low = 1, high = 3): string {
    let text = "";
    let inner = scope;
    for (let count = this.#random.between(low, high); count > 0; count--) {
      const written = this.#statement(inner, nesting);
      text += written.text;
      inner = written.scope;
    }
    return text;
  }

  /** An action around its content, with trim markers and blanks as the style has them. */
  action(content: string): string {
    const random = this.#random;
    const { trim, blanks } = this.#style;
    const blank = (): string => (random.chance(blanks) ? random.pick([" ", "  ", "\n", "\t", "\r\n"]) : "");
    const open = random.chance(trim) ? `{{-${random.pick([" ", " ", "\n", "\t"])}` : "{{";
    const close = random.chance(trim) ? `${random.pick([" ", " ", "\n"])}-}}` : "}}";
    return `${open}${blank()}${content}${blank()}${close}`;
  }

  #statement(scope: Scope, nesting: number): Written {
    const { text, action, branch, loop, variable, call, comment } = this.#style;
    const inside = nesting > 0 ? 1 : 0;
    const same = (written: string): Written => ({ text: written, scope });
    return this.#random.weighted<() => Written>([
      [text, () => same(this.#random.pick(TEXTS))],
      [action, () => same(this.#print(scope))],
      [branch * inside, () => same(this.#branch(scope, nesting - 1))],
      [loop * inside, () => same(this.#loop(scope, nesting - 1))],
      [variable, () => this.#variable(scope)],
      [scope.templates.length > 0 ? call : 0, () => same(this.#call(scope))],
      [comment, () => same(this.#comment())],
      [scope.isInLoop ? 1 : 0, () => same(this.#leave(scope))],
    ])();
  }

  #print(scope: Scope): string {
    const kind = this.#random.weighted<Kind>([
      [6, "string"],
      [2, "int"],
      [1, "int64"],
      [1, "float"],
      [1, "bool"],
      [2, "list"],
      [1, "map"],
      [1, "any"],
    ]);
    return this.action(this.expressions.pipeline(kind, scope, this.#style.depth));
  }

  #branch(scope: Scope, nesting: number): string {
    const random = this.#random;
    if (random.chance(0.35)) return this.#with(scope, nesting);
    const declared = random.chance(0.2) ? this.#declared(scope) : undefined;
    const condition = declared?.text ?? this.expressions.condition(scope, this.#style.depth);
    const inner = declared?.scope ?? scope;
    let text = this.action(`if ${condition}`) + this.block(inner, nesting);
    for (
      let more = random.weighted([
        [6, 0],
        [2, 1],
        [1, 2],
      ]);
      more > 0;
      more--
    ) {
      text += this.action(`else if ${this.expressions.condition(inner, 1)}`) + this.block(inner, nesting);
    }
    if (random.chance(0.5)) text += this.action("else") + this.block(inner, nesting);
    return text + this.action("end");
  }

  #with(scope: Scope, nesting: number): string {
    const random = this.#random;
    const value = this.#value(scope);
    const declares = random.chance(0.3);
    const name = random.pick(VARIABLES);
    const dot: Known = { ...value.known, path: "." };
    const variables = declares ? [...scope.variables, { ...value.known, path: name }] : scope.variables;
    const head = declares ? `with ${name} := ${value.text}` : `with ${value.text}`;
    let text = this.action(head) + this.block({ ...scope, dot, variables }, nesting);
    if (random.chance(0.2)) {
      text += this.action(`else with ${this.expressions.argument("string", scope, 1)}`);
      text += this.block({ ...scope, dot: { path: ".", kind: "string" } }, nesting);
    }
    if (random.chance(0.4)) text += this.action("else") + this.block(scope, nesting);
    return text + this.action("end");
  }

  #loop(scope: Scope, nesting: number): string {
    const random = this.#random;
    const { text, index, element } = this.#collection(scope);
    const [first, second] = [random.pick(VARIABLES), random.pick(VARIABLES)];
    const mayHaveTwo = index !== undefined;
    const names = random.weighted([
      [4, 0],
      [3, 1],
      [mayHaveTwo || random.chance(0.05) ? 3 : 0, 2],
    ]);
    const declared: Known[] =
      names === 0
        ? []
        : names === 1
          ? [{ ...element, path: first }]
          : [
              { path: first, kind: index ?? "any" },
              { ...element, path: second },
            ];
    const operator = scope.variables.length > 0 && random.chance(0.03) ? "=" : ":=";
    const head =
      names === 0 ? "" : `${declared.map(({ path }) => path).join(random.pick([", ", ","]))} ${operator} `;
    const inner = {
      ...scope,
      dot: { ...element, path: "." },
      variables: [...scope.variables, ...declared],
      isInLoop: true,
    };
    let written = this.action(`range ${head}${text}`) + this.block(inner, nesting);
    if (random.chance(0.35)) written += this.action("else") + this.block(scope, nesting);
    return written + this.action("end");
  }

  /** Something to go over, with the kind of what comes out. */
  #collection(scope: Scope): Collection {
    const random = this.#random;
    const { expressions } = this;
    const strings = (text: string): Collection => ({ text, index: "int", element: { kind: "string" } });
    return random.weighted<() => Collection>([
      [6, () => this.#listOrMap(scope)],
      [2, () => ({ text: smallLiteral(random), index: undefined, element: { kind: "int" } })],
      [1, () => ({ text: `until ${smallLiteral(random)}`, index: "int", element: { kind: "int" } })],
      [1, () => ({ text: `(int64 ${smallLiteral(random)})`, index: undefined, element: { kind: "int64" } })],
      [2, () => strings(`splitList "," ${expressions.argument("string", scope, 1)}`)],
      [
        2,
        () => strings(`list ${random.many(1, 3, () => expressions.argument("string", scope, 1)).join(" ")}`),
      ],
      [
        1,
        () => ({ text: expressions.ofKind("list", scope, 2).text, index: "int", element: { kind: "any" } }),
      ],
      [1, () => ({ text: random.pick(NO_COLLECTIONS), index: "any", element: { kind: "any" } })],
    ])();
  }

  #listOrMap(scope: Scope): Collection {
    const random = this.#random;
    const known = placesIn(scope).filter(({ kind, sample }) => (kind === "list" || kind === "map") && sample);
    if (known.length === 0) return { text: "(list 1 2)", index: "int", element: { kind: "int" } };
    const { path, kind, sample } = random.pick(known);
    const [first] = Object.values(sample as JsonObject);
    const element = first === undefined ? { kind: "any" as const } : knownJson("", first);
    return { text: path, index: kind === "list" ? "int" : "string", element };
  }

  /** A value that `with` or a variable takes. */
  #value(scope: Scope): { readonly text: string; readonly known: Known } {
    const random = this.#random;
    const known = placesIn(scope).filter(({ path }) => path !== "." && path !== "$");
    if (known.length > 0 && random.chance(0.5)) {
      const chosen = random.pick(known);
      return { text: chosen.path, known: chosen };
    }
    const kind = random.pick<Kind>(["string", "string", "int", "int64", "bool", "list", "float"]);
    const { text } = this.expressions.ofKind(kind, scope, this.#style.depth);
    return { text, known: { path: "", kind } };
  }

  /** A new variable, or a new value of an old one. */
  #variable(scope: Scope): Written {
    const random = this.#random;
    const old = scope.variables;
    if (old.length > 0 && random.chance(0.35)) {
      const { path, kind } = random.pick(old);
      return { text: this.action(`${path} = ${this.expressions.ofKind(kind, scope, 2).text}`), scope };
    }
    if (random.chance(0.02)) return { text: this.action(`$none = 1`), scope };
    const { text, scope: inner } = this.#declared(scope);
    return { text: this.action(text), scope: inner };
  }

  #declared(scope: Scope): Written {
    const { text, known } = this.#value(scope);
    const path = this.#random.pick(VARIABLES);
    const others = scope.variables.filter((variable) => variable.path !== path);
    return { text: `${path} := ${text}`, scope: { ...scope, variables: [...others, { ...known, path }] } };
  }

  #call(scope: Scope): string {
    const random = this.#random;
    const name = random.chance(0.03) ? "none" : random.pick(scope.templates);
    const data = random.weighted([
      [scope.dot.sample === scope.root.sample ? 6 : 1, " ."],
      [6, " $"],
      [1, ""],
      [1, ` ${this.expressions.argument("any", scope, 1)}`],
    ]);
    return this.action(`template "${name}"${data}`);
  }

  /** `break` or `continue`, mostly under a condition. */
  #leave(scope: Scope): string {
    const leave = this.action(this.#random.pick(["break", "continue"]));
    if (this.#random.chance(0.25)) return leave;
    return this.action(`if ${this.expressions.condition(scope, 1)}`) + leave + this.action("end");
  }

  /** A comment allows no blank beside its delimiters but a trim marker's. */
  #comment(): string {
    const random = this.#random;
    const { trim } = this.#style;
    const open = random.chance(trim) ? "{{- " : "{{";
    const close = random.chance(trim) ? " -}}" : "}}";
    return open + random.pick(COMMENTS) + (random.chance(0.01) ? " " : "") + close;
  }
}
