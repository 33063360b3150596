import { textOf } from "./goString.ts";
import { parseNumber, unquote } from "./literal.ts";
import type { CommandNode, Operand, PipeNode, VariableNode } from "./node.ts";
import { nodeText } from "./nodeText.ts";
import { quote } from "./quote.ts";
import { OPERAND_TOKENS, type Token, type TokenType } from "./token.ts";
import type { TokenStream } from "./tokenStream.ts";
import type { TreeInput } from "./treeInput.ts";

/** Parentheses inside parentheses; Go allows 10000, which our stack does not. */
const MAX_PARENTHESES = 500;

/** Variables that can be seen at one place; each is looked up among them by name. */
const MAX_VARIABLES = 500;

const NOT_EXECUTABLE: ReadonlySet<string> = new Set(["bool", "dot", "nil", "number", "string"]);

const NO_DECLARATIONS: Pick<PipeNode, "declarations" | "isAssign"> = { declarations: [], isAssign: false };

/**
 * Parses the pipelines of one tree, and knows the variables in scope.
 *
 * @see Go 1.26 text/template/parse/parse.go, pipeline
 */
export class PipeParser {
  readonly #input: TreeInput;
  readonly #tokens: TokenStream;
  readonly #variables: string[] = ["$"];
  #parentheses = 0;

  constructor(input: TreeInput) {
    this.#input = input;
    this.#tokens = input.tokens;
  }

  /** How many variables can be seen; {@link leaveScope} takes it. */
  get scope(): number {
    return this.#variables.length;
  }

  /** Forgets the variables declared since. */
  leaveScope(scope: number): void {
    this.#variables.length = scope;
  }

  /**
   * Parses a pipeline with the token that ends it; the variables that it declares stay.
   *
   * @param context  what messages call the place
   */
  pipeline(context: string, end: TokenType): PipeNode {
    const { pos } = this.#tokens.peekNonSpace();
    const { declarations, isAssign } = this.#declarations(context);
    let commands: CommandNode[] | undefined; // as the words of a command
    for (;;) {
      const token = this.#tokens.nextNonSpace();
      if (token.type === end) break;
      if (!OPERAND_TOKENS.has(token.type)) this.#input.unexpected(token, context);
      this.#tokens.putBack(token);
      if (commands === undefined) commands = [this.#command()];
      else commands.push(this.#command());
    }
    if (commands === undefined) return this.#input.fail(`missing value for ${context}`);
    this.#checkStages(commands);
    return { kind: "pipe", pos, isAssign, declarations, commands };
  }

  #declarations(context: string): Pick<PipeNode, "declarations" | "isAssign"> {
    if (this.#tokens.peekNonSpace().type !== "variable") return NO_DECLARATIONS;
    const declarations: VariableNode[] = [];
    for (;;) {
      const token = this.#tokens.peekNonSpace();
      if (token.type !== "variable") return { declarations, isAssign: false };
      this.#tokens.next();
      const adjacent = this.#tokens.peek();
      const next = this.#tokens.peekNonSpace();
      const isComma = next.type === "char" && next.value === ",";
      if (next.type !== "assign" && next.type !== "declare" && !isComma) {
        if (adjacent.type === "space") this.#tokens.putBack(adjacent, token);
        else this.#tokens.putBack(token);
        return { declarations, isAssign: false };
      }
      this.#tokens.nextNonSpace();
      const name = textOf(token.value);
      declarations.push({ kind: "variable", pos: token.pos, name, fields: [] });
      this.#variables.push(name);
      if (this.#variables.length > MAX_VARIABLES)
        this.#input.fail(`more than ${MAX_VARIABLES} variables in scope`);
      if (!isComma) return { declarations, isAssign: next.type === "assign" };
      if (context !== "range" || declarations.length >= 2) {
        this.#input.fail(`too many declarations in ${context}`);
      }
      if (!["variable", "rightDelimiter", "rightParenthesis"].includes(this.#tokens.peekNonSpace().type)) {
        this.#input.fail("range can only initialize variables");
      }
    }
  }

  #checkStages(commands: readonly CommandNode[]): void {
    for (let i = 1; i < commands.length; i++) {
      if (NOT_EXECUTABLE.has(commands[i]?.args[0]?.kind ?? "")) {
        this.#input.fail(`non executable command in pipeline stage ${i + 1}`);
      }
    }
  }

  #command(): CommandNode {
    const { pos } = this.#tokens.peekNonSpace();
    let args: Operand[] | undefined; // made with its first element: most have no second one, and an array grows by many
    for (;;) {
      const operand = this.#operand();
      if (operand !== undefined) {
        if (args === undefined) args = [operand];
        else args.push(operand);
      }
      const token = this.#tokens.next();
      if (token.type === "space") continue;
      if (token.type === "rightDelimiter" || token.type === "rightParenthesis") this.#tokens.putBack(token);
      else if (token.type !== "pipe") this.#input.unexpected(token, "operand");
      break;
    }
    if (args === undefined) return this.#input.fail("empty command");
    return { kind: "command", pos, args };
  }

  #operand(): Operand | undefined {
    const term = this.#term();
    if (term === undefined || this.#tokens.peek().type !== "field") return term;
    const { pos } = this.#tokens.peek();
    const names: string[] = [];
    while (this.#tokens.peek().type === "field") names.push(textOf(this.#tokens.next().value.slice(1)));
    switch (term.kind) {
      case "field":
        return { kind: "field", pos, names: [...term.names, ...names] };
      case "variable":
        return { ...term, pos, fields: [...term.fields, ...names] };
      case "bool":
      case "string":
      case "number":
      case "nil":
      case "dot":
        return this.#input.fail(`unexpected . after term ${quote(nodeText(term))}`);
      default:
        return { kind: "chain", pos, operand: term, names };
    }
  }

  #term(): Operand | undefined {
    const token = this.#tokens.nextNonSpace();
    const { pos, value } = token;
    switch (token.type) {
      case "identifier":
        if (!this.#input.file.functions.has(textOf(value))) {
          const candidates = this.#input.file.functions.all();
          const unknown = { kind: "function", name: textOf(value), candidates } as const;
          this.#input.fail(`function ${quote(value)} not defined`, token, { unknown });
        }
        return { kind: "identifier", pos, name: textOf(value) };
      case "dot":
        return { kind: "dot", pos };
      case "nil":
        return { kind: "nil", pos };
      case "variable":
        return this.#variable(token);
      case "field":
        return { kind: "field", pos, names: [textOf(value.slice(1))] };
      case "bool":
        return { kind: "bool", pos, value: value === "true" };
      case "charConstant":
      case "complex":
      case "number": {
        const { type } = token;
        return { kind: "number", pos, ...this.#input.literal(token, () => parseNumber(value, type)) };
      }
      case "string":
      case "rawString":
        return {
          kind: "string",
          pos,
          quoted: value,
          value: this.#input.literal(token, () => unquote(value)),
        };
      case "leftParenthesis":
        return this.#parenthesized();
      default:
        this.#tokens.putBack(token);
        return undefined;
    }
  }

  #parenthesized(): PipeNode {
    if (this.#parentheses >= MAX_PARENTHESES) this.#input.fail("max expression depth exceeded");
    this.#parentheses++;
    const pipe = this.pipeline("parenthesized pipeline", "rightParenthesis");
    this.#parentheses--;
    return pipe;
  }

  #variable(token: Token): VariableNode {
    const name = textOf(token.value);
    if (!this.#variables.includes(name)) {
      const candidates = this.#variables.filter((known) => known !== "$");
      const unknown = { kind: "variable", name, candidates } as const;
      this.#input.fail(`undefined variable ${quote(token.value)}`, token, { unknown });
    }
    return { kind: "variable", pos: token.pos, name, fields: [] };
  }
}
