import { ALL_KEYS } from "./data.ts";
import {
  floatLiteral,
  intLiteral,
  oddLiteral,
  SPECIAL_TEXTS,
  smallLiteral,
  stringLiteral,
} from "./literals.ts";
import { printfCall } from "./printf.ts";
import type { Random } from "./random.ts";
import { type Kind, type Known, placesIn, type Scope } from "./scope.ts";
import { type ArgumentCode, SIGNATURES, type Signature } from "./signatures.ts";

/** An expression: a call must stand in parentheses where it is an argument. */
export interface Expression {
  readonly text: string;
  readonly isCall: boolean;
}

const KIND_OF_CODE: Readonly<Record<string, Kind>> = {
  s: "string",
  i: "int",
  b: "bool",
  l: "list",
  m: "map",
  f: "float",
};

const ANY_KINDS: readonly (readonly [number, Kind])[] = [
  [6, "string"],
  [4, "int"],
  [2, "int64"],
  [3, "float"],
  [2, "bool"],
  [3, "list"],
  [3, "map"],
  [1, "nil"],
];

/** Arguments whose kind decides over the size of a result, over a map inside itself, over asking the clock. */
const NEVER_WRONG = "kcFt";

/** Writes expressions of a kind that is asked for; now and then, as `wrongness` says, of another. */
export class ExpressionWriter {
  readonly #random: Random;
  readonly #wrongness: number;

  constructor(random: Random, wrongness: number) {
    this.#random = random;
    this.#wrongness = wrongness;
  }

  /** @param depth  how many calls may stand inside each other */
  ofKind(kind: Kind, scope: Scope, depth: number): Expression {
    const random = this.#random;
    if (random.chance(this.#wrongness)) return this.#wrong(scope, depth);
    if (kind === "any") return this.ofKind(random.weighted(ANY_KINDS), scope, depth);
    if (kind === "nil") return word(this.#place("nil", scope) ?? "nil");
    const [named, called] = depth > 0 ? [0.35, 0.45] : [0.6, 0];
    if (random.chance(called)) return this.#callFor(kind, scope, depth);
    if (random.chance(named / (1 - called))) {
      const path = this.#place(kind, scope);
      if (path !== undefined) return word(path);
    }
    return this.#plain(kind, scope, depth);
  }

  /** As a word of a command. */
  argument(kind: Kind, scope: Scope, depth: number): string {
    return parenthesised(this.ofKind(kind, scope, depth), this.#random);
  }

  /** A whole pipeline, of one command or several. */
  pipeline(kind: Kind, scope: Scope, depth: number): string {
    const random = this.#random;
    let text = this.ofKind(kind, scope, depth).text;
    if (text === "nil") text = '""';
    if (kind !== "string") return text;
    for (
      let more = random.weighted([
        [6, 0],
        [3, 1],
        [2, 2],
        [1, 3],
      ]);
      more > 0;
      more--
    ) {
      text += random.pick([" | ", " | ", " | ", "|", "  |\n "]) + this.#filter(scope, depth);
    }
    return text;
  }

  /** One call of a function with arguments as its signature has them. */
  call(signature: Signature, scope: Scope, depth: number): string {
    const { name } = signature;
    const codes = this.#codesOf(signature);
    const args = codes.map((code) => this.#argumentOf(code, scope, depth));
    return this.#maybePiped(name, args);
  }

  /** A condition for `if`. */
  condition(scope: Scope, depth: number): string {
    const random = this.#random;
    if (random.chance(0.3)) {
      return this.ofKind(random.weighted(ANY_KINDS), scope, depth).text.replace(/^nil$/, "false");
    }
    return this.ofKind("bool", scope, depth).text;
  }

  #wrong(scope: Scope, depth: number): Expression {
    const random = this.#random;
    return random.weighted<() => Expression>([
      [4, () => this.ofKind(random.weighted(ANY_KINDS), scope, Math.max(0, depth - 1))],
      [1, () => word("nil")],
      [1, () => word(oddLiteral(random))],
      [2, () => word(`.${random.pick(ALL_KEYS)}`)],
      [1, () => word(`.${random.pick(ALL_KEYS)}.${random.pick(ALL_KEYS)}`)],
      [1, () => word(`$.${random.pick(ALL_KEYS)}`)],
      [1, () => ({ text: this.call(random.pick(SIGNATURES), scope, 0), isCall: true })],
    ])();
  }

  #place(kind: Kind, scope: Scope): string | undefined {
    const fits = placesIn(scope).filter((known) => fitsKind(known, kind));
    return fits.length === 0 ? undefined : this.#random.pick(fits).path;
  }

  #plain(kind: Kind, scope: Scope, depth: number): Expression {
    const random = this.#random;
    switch (kind) {
      case "string":
        return word(stringLiteral(random));
      case "int":
        return word(intLiteral(random));
      case "float":
        return word(floatLiteral(random));
      case "bool":
        return word(random.pick(["true", "false"]));
      case "int64":
        return { text: `add ${smallLiteral(random)} ${smallLiteral(random)}`, isCall: true };
      case "list":
        return {
          text: `list ${random.many(0, 3, () => this.argument(random.pick(["string", "int"]), scope, 0)).join(" ")}`.trim(),
          isCall: true,
        };
      default:
        return { text: this.#dict(scope, Math.max(0, depth - 1)), isCall: true };
    }
  }

  #dict(scope: Scope, depth: number): string {
    const random = this.#random;
    const pairs = random.many(0, 3, () => `"${random.pick(ALL_KEYS)}" ${this.argument("any", scope, depth)}`);
    return ["dict", ...pairs].join(" ");
  }

  #callFor(kind: Kind, scope: Scope, depth: number): Expression {
    const random = this.#random;
    const made = this.#special(kind, scope, depth - 1);
    if (made !== undefined) return made;
    const signature = random.pick(
      SIGNATURES.filter(({ result, name }) => result === kind && name !== "fail"),
    );
    return { text: this.call(signature, scope, depth - 1), isCall: true };
  }

  /** What no signature describes. */
  #special(kind: Kind, scope: Scope, depth: number): Expression | undefined {
    const random = this.#random;
    const call = (text: string): Expression => ({ text, isCall: true });
    if (kind === "bool" && random.chance(0.6)) return call(this.#comparison(scope, depth));
    if (kind === "bool" && random.chance(0.3)) {
      return call(
        `${random.pick(["and", "or"])} ${random.many(1, 3, () => this.argument("bool", scope, depth)).join(" ")}`,
      );
    }
    if (kind === "string" && random.chance(0.12)) {
      return call(printfCall(random, (wanted) => this.argument(wanted, scope, depth)));
    }
    if (kind === "list" && random.chance(0.1)) {
      return call(`sortAlpha (${random.pick(["keys", "values"])} ${this.argument("map", scope, depth)})`);
    }
    if (kind === "map" && random.chance(0.4)) return call(this.#dict(scope, depth));
    if (kind === "string" && random.chance(0.05)) return this.#chain(scope, depth);
    return undefined;
  }

  #chain(scope: Scope, depth: number): Expression {
    const key = this.#random.pick(ALL_KEYS);
    return word(`(dict "${key}" ${this.argument("string", scope, depth)}).${key}`);
  }

  #comparison(scope: Scope, depth: number): string {
    const random = this.#random;
    const kind = random.pick<Kind>(["string", "int", "int", "float", "int64"]);
    const argument = (): string => this.argument(kind, scope, depth);
    const name = random.pick(["eq", "ne", "lt", "le", "gt", "ge"]);
    const more = name === "eq" ? random.many(0, 2, argument) : [];
    return this.#maybePiped(name, [argument(), argument(), ...more]);
  }

  /** A stage of a pipeline of strings. */
  #filter(scope: Scope, depth: number): string {
    const random = this.#random;
    const takesLast = SIGNATURES.filter(
      ({ result, required, more }) => result === "string" && required.at(-1) === "s" && more.length === 0,
    );
    const signature = random.pick(takesLast.filter(({ name }) => name !== "fail"));
    const args = signature.required
      .slice(0, -1)
      .map((code) => this.#argumentOf(code, scope, Math.min(1, depth)));
    return [signature.name, ...args].join(" ");
  }

  #codesOf({ required, more }: Signature): readonly ArgumentCode[] {
    const random = this.#random;
    const codes = [...required, ...more.flatMap(({ code, atMost }) => random.many(0, atMost, () => code))];
    if (!codes.some((code) => NEVER_WRONG.includes(code)) && random.chance(this.#wrongness)) {
      return random.chance(0.5) ? codes.slice(1) : [...codes, random.pick(["s", "i", "a"])];
    }
    return codes;
  }

  #argumentOf(code: ArgumentCode, scope: Scope, depth: number): string {
    const random = this.#random;
    if (!NEVER_WRONG.includes(code) && random.chance(this.#wrongness)) {
      return parenthesised(this.#wrong(scope, depth), random);
    }
    const kind = KIND_OF_CODE[code];
    if (kind !== undefined) return this.argument(kind, scope, depth);
    const special = SPECIAL_TEXTS[code];
    if (special !== undefined) return stringLiteral(random, random.pick(special));
    switch (code) {
      case "k":
        return smallLiteral(random);
      case "n":
        return this.argument(
          random.weighted([
            [5, "int"],
            [3, "float"],
            [2, "int64"],
            [1, "string"],
            [1, "bool"],
          ]),
          scope,
          depth,
        );
      case "c":
        return random.chance(0.5) ? stringLiteral(random) : intLiteral(random);
      case "F":
        return `(dict "${random.pick(ALL_KEYS)}" ${intLiteral(random)} "${random.pick(ALL_KEYS)}" "x")`;
      case "v":
        return this.argument(random.pick(["string", "list", "map"]), scope, depth);
      case "t":
        return `(toDate "2006-01-02" ${stringLiteral(random, random.pick(SPECIAL_TEXTS.D ?? []))})`;
      case "h":
        return `(urlParse ${stringLiteral(random, random.pick(SPECIAL_TEXTS.U ?? []))})`;
      default:
        return this.argument("any", scope, depth);
    }
  }

  /** The last argument before the function now and then, with a pipe. */
  #maybePiped(name: string, args: readonly string[]): string {
    const last = args.at(-1);
    if (last === undefined || last === "nil" || !this.#random.chance(0.25)) return [name, ...args].join(" ");
    return `${unwrapped(last)} | ${[name, ...args.slice(0, -1)].join(" ")}`;
  }
}

function fitsKind(known: Known, kind: Kind): boolean {
  return known.kind === kind;
}

function word(text: string): Expression {
  return { text, isCall: false };
}

function parenthesised({ text, isCall }: Expression, random: Random): string {
  if (!isCall) return random.chance(0.02) && text !== "nil" ? `(${text})` : text;
  return random.chance(0.05) ? `( ${text} )` : `(${text})`;
}

/** `(f x)` is `f x` before a pipe, unless the parentheses are two pairs. */
function unwrapped(argument: string): string {
  return /^\([^()]*\)$/.test(argument) ? argument.slice(1, -1) : argument;
}
