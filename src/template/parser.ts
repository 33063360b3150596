import { openBlocks, tokenMark } from "./errorPlace.ts";
import { bytesOf, textOf } from "./goString.ts";
import { Lexer, type Token, type TokenType } from "./lexer.ts";
import { LiteralError, parseNumber, unquote } from "./literal.ts";
import type {
  ActionNode,
  CommandNode,
  IfNode,
  ListNode,
  Node,
  Operand,
  PipeNode,
  RangeNode,
  TemplateNode,
  Tree,
  VariableNode,
  WithNode,
} from "./node.ts";
import { nodeText } from "./nodeText.ts";
import { quote } from "./quote.ts";
import { type ErrorDetails, markAt, positionAt, TemplateParseError } from "./templateError.ts";
import { OPERAND_TOKENS, TokenStream, tokenText } from "./tokens.ts";

/** Parentheses inside parentheses; Go allows 10000, which our stack does not. */
const MAX_PARENTHESES = 500;
/** Control structures inside control structures. */
const MAX_NESTING = 500;

/** Variables that can be seen at one place; each is looked up among them by name. */
const MAX_VARIABLES = 500;

/** What ends a list. */
type Terminator =
  | { readonly kind: "end"; readonly pos: number }
  | { readonly kind: "else"; readonly pos: number };

/**
 * Parses a template's bytes to its trees, by name.
 *
 * @param name           of the file's own tree
 * @param functions      what may be called; the names are asked for when one is unknown
 * @throws TemplateParseError with Go's message
 * @see Go 1.26 text/template/parse/parse.go
 */
export function parseTrees(name: string, bytes: string, functions: FunctionNames): ReadonlyMap<string, Tree> {
  const trees = new Map<string, Tree>();
  new TreeParser({ file: name, bytes, lexer: new Lexer(bytes), functions, trees, open: [] }).parseFile();
  return trees;
}

/** The functions that a template may call. */
export interface FunctionNames {
  readonly has: (name: string) => boolean;
  readonly all: () => readonly string[];
}

/** What the parsers of one file share. */
interface FileState {
  readonly file: string;
  readonly bytes: string;
  readonly lexer: Lexer;
  readonly functions: FunctionNames;
  readonly trees: Map<string, Tree>;
  /** What waits for its `{{end}}`, innermost last. */
  readonly open: Token[];
}

/** Parses one tree; `define` and `block` make another one that reads on from the same lexer. */
class TreeParser {
  readonly #shared: FileState;
  readonly #tokens: TokenStream;
  readonly #variables: string[] = ["$"];
  #actionLine = 0;
  #actionPos = 0;
  #rangeDepth = 0;
  #parentheses = 0;
  #nesting = 0;

  constructor(shared: FileState) {
    this.#shared = shared;
    this.#tokens = new TokenStream(shared.lexer);
  }

  parseFile(): void {
    const nodes: Node[] = [];
    const pos = this.#tokens.peek().pos;
    while (this.#tokens.peek().type !== "eof") {
      if (this.#tokens.peek().type === "leftDelimiter") {
        const delimiter = this.#tokens.next();
        const token = this.#tokens.nextNonSpace();
        if (token.type === "define") {
          new TreeParser(this.#shared).#definition(token);
          continue;
        }
        this.#tokens.putBack(token, delimiter);
      }
      nodes.push(this.#topLevelNode());
    }
    this.#add(this.#shared.file, { kind: "list", pos, nodes });
  }

  #topLevelNode(): Node {
    const node = this.#textOrAction();
    return node.kind === "end" || node.kind === "else" ? this.#fail(`unexpected {{${node.kind}}}`) : node;
  }

  #definition(keyword: Token): void {
    const token = this.#expect(["string", "rawString"], "define clause");
    const name = textOf(this.#literal(token, () => unquote(token.value)));
    this.#expect(["rightDelimiter"], "define clause");
    this.#body(name, "define clause", keyword);
  }

  /** @param blamed  whose newest token gives the line of an error: Go blames the tree around a block */
  #body(name: string, context: string, keyword: Token, blamed: TreeParser = this): void {
    this.#shared.open.push(keyword);
    const { list, end } = this.#list();
    this.#shared.open.pop();
    if (end.kind !== "end") blamed.#fail(`unexpected {{else}} in ${context}`, this.#tokens.newest);
    this.#add(name, list);
  }

  #add(name: string, root: ListNode): void {
    const { trees } = this.#shared;
    const known = trees.get(name);
    if (known === undefined || isEmpty(known.root)) trees.set(name, { name, root });
    else if (!isEmpty(root)) this.#fail(`template: multiple definition of template ${quote(bytesOf(name))}`);
  }

  #list(): { readonly list: ListNode; readonly end: Terminator } {
    const nodes: Node[] = [];
    const pos = this.#tokens.peekNonSpace().pos;
    if (++this.#nesting > MAX_NESTING) this.#fail("max nesting depth exceeded");
    while (this.#tokens.peekNonSpace().type !== "eof") {
      const node = this.#textOrAction();
      if (node.kind === "end" || node.kind === "else") {
        this.#nesting--;
        return { list: { kind: "list", pos, nodes }, end: node };
      }
      nodes.push(node);
    }
    return this.#fail("unexpected EOF");
  }

  #textOrAction(): Node | Terminator {
    const token = this.#tokens.nextNonSpace();
    if (token.type === "text") return { kind: "text", pos: token.pos, text: token.value };
    if (token.type !== "leftDelimiter") return this.#unexpected(token, "input");
    this.#actionLine = token.line;
    this.#actionPos = token.pos;
    const node = this.#action();
    this.#actionLine = 0;
    return node;
  }

  #action(): Node | Terminator {
    const token = this.#tokens.nextNonSpace();
    switch (token.type) {
      case "block":
        return this.#block(token);
      case "break":
      case "continue":
        return this.#loopControl(token.type, token);
      case "else":
        return this.#else();
      case "end":
        return { kind: "end", pos: this.#expect(["rightDelimiter"], "end").pos };
      case "if":
      case "with":
      case "range":
        return this.#control(token.type, token);
      case "template":
        return this.#template();
      default: {
        this.#tokens.putBack(token);
        const { pos } = this.#tokens.peek();
        const action: ActionNode = { kind: "action", pos, pipe: this.#pipeline("command", "rightDelimiter") };
        return action;
      }
    }
  }

  #loopControl(kind: "break" | "continue", { pos }: Token): Node {
    const token = this.#tokens.nextNonSpace();
    if (token.type !== "rightDelimiter") this.#unexpected(token, `{{${kind}}}`);
    if (this.#rangeDepth === 0) this.#fail(`{{${kind}}} outside {{range}}`);
    return { kind, pos };
  }

  /** `else`; of `else if` and `else with` the second word stays for the caller. */
  #else(): Terminator {
    const next = this.#tokens.peekNonSpace();
    if (next.type === "if" || next.type === "with") return { kind: "else", pos: next.pos };
    return { kind: "else", pos: this.#expect(["rightDelimiter"], "else").pos };
  }

  #control(kind: "if" | "with" | "range", keyword: Token): IfNode | WithNode | RangeNode {
    const known = this.#variables.length;
    const pipe = this.#pipeline(kind, "rightDelimiter");
    if (kind === "range") this.#rangeDepth++;
    this.#shared.open.push(keyword);
    const { list, end } = this.#list();
    if (kind === "range") this.#rangeDepth--;
    const elseList = end.kind === "else" ? this.#elseList(kind, end.pos) : undefined;
    this.#shared.open.pop();
    this.#variables.length = known;
    return { kind, pos: pipe.pos, pipe, list, elseList };
  }

  #elseList(kind: "if" | "with" | "range", pos: number): ListNode {
    if (kind !== "range" && this.#tokens.peek().type === kind) {
      const keyword = this.#tokens.next();
      if (++this.#nesting > MAX_NESTING) this.#fail("max nesting depth exceeded");
      const node = this.#control(kind, keyword);
      this.#nesting--;
      return { kind: "list", pos, nodes: [node] };
    }
    const { list, end } = this.#list();
    if (end.kind !== "end") this.#fail("expected end; found {{else}}");
    return list;
  }

  #block(keyword: Token): TemplateNode {
    const token = this.#tokens.nextNonSpace();
    const name = this.#templateName(token, "block clause");
    const pipe = this.#pipeline("block clause", "rightDelimiter");
    new TreeParser(this.#shared).#body(name, "block clause", keyword, this);
    return { kind: "template", pos: token.pos, name, pipe };
  }

  #template(): TemplateNode {
    const token = this.#tokens.nextNonSpace();
    const name = this.#templateName(token, "template clause");
    const next = this.#tokens.nextNonSpace();
    if (next.type === "rightDelimiter") return { kind: "template", pos: token.pos, name, pipe: undefined };
    this.#tokens.putBack(next);
    const pipe = this.#pipeline("template clause", "rightDelimiter");
    return { kind: "template", pos: token.pos, name, pipe };
  }

  #templateName(token: Token, context: string): string {
    if (token.type !== "string" && token.type !== "rawString") return this.#unexpected(token, context);
    return textOf(this.#literal(token, () => unquote(token.value)));
  }

  #pipeline(context: string, end: TokenType): PipeNode {
    const { pos } = this.#tokens.peekNonSpace();
    const { declarations, isAssign } = this.#declarations(context);
    let commands: CommandNode[] | undefined; // as the words of a command
    for (;;) {
      const token = this.#tokens.nextNonSpace();
      if (token.type === end) break;
      if (!OPERAND_TOKENS.has(token.type)) this.#unexpected(token, context);
      this.#tokens.putBack(token);
      if (commands === undefined) commands = [this.#command()];
      else commands.push(this.#command());
    }
    if (commands === undefined) return this.#fail(`missing value for ${context}`);
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
      if (this.#variables.length > MAX_VARIABLES) this.#fail(`more than ${MAX_VARIABLES} variables in scope`);
      if (!isComma) return { declarations, isAssign: next.type === "assign" };
      if (context !== "range" || declarations.length >= 2) {
        this.#fail(`too many declarations in ${context}`);
      }
      if (!["variable", "rightDelimiter", "rightParenthesis"].includes(this.#tokens.peekNonSpace().type)) {
        this.#fail("range can only initialize variables");
      }
    }
  }

  #checkStages(commands: readonly CommandNode[]): void {
    for (let i = 1; i < commands.length; i++) {
      if (NOT_EXECUTABLE.has(commands[i]?.args[0]?.kind ?? "")) {
        this.#fail(`non executable command in pipeline stage ${i + 1}`);
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
      else if (token.type !== "pipe") this.#unexpected(token, "operand");
      break;
    }
    if (args === undefined) return this.#fail("empty command");
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
        return this.#fail(`unexpected . after term ${quote(nodeText(term))}`);
      default:
        return { kind: "chain", pos, operand: term, names };
    }
  }

  #term(): Operand | undefined {
    const token = this.#tokens.nextNonSpace();
    const { pos, value } = token;
    switch (token.type) {
      case "identifier":
        if (!this.#shared.functions.has(textOf(value))) {
          const candidates = this.#shared.functions.all();
          const unknown = { kind: "function", name: textOf(value), candidates } as const;
          this.#fail(`function ${quote(value)} not defined`, token, { unknown });
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
        return { kind: "number", pos, ...this.#literal(token, () => parseNumber(value, type)) };
      }
      case "string":
      case "rawString":
        return { kind: "string", pos, quoted: value, value: this.#literal(token, () => unquote(value)) };
      case "leftParenthesis":
        return this.#parenthesized();
      default:
        this.#tokens.putBack(token);
        return undefined;
    }
  }

  #parenthesized(): PipeNode {
    if (this.#parentheses >= MAX_PARENTHESES) this.#fail("max expression depth exceeded");
    this.#parentheses++;
    const pipe = this.#pipeline("parenthesized pipeline", "rightParenthesis");
    this.#parentheses--;
    return pipe;
  }

  #variable(token: Token): VariableNode {
    const name = textOf(token.value);
    if (!this.#variables.includes(name)) {
      const candidates = this.#variables.filter((known) => known !== "$");
      const unknown = { kind: "variable", name, candidates } as const;
      this.#fail(`undefined variable ${quote(token.value)}`, token, { unknown });
    }
    return { kind: "variable", pos: token.pos, name, fields: [] };
  }

  #literal<T>(token: Token, parse: () => T): T {
    try {
      return parse();
    } catch (error) {
      if (error instanceof LiteralError) return this.#fail(error.message, token);
      throw error;
    }
  }

  #expect(types: readonly TokenType[], context: string): Token {
    const token = this.#tokens.nextNonSpace();
    return types.includes(token.type) ? token : this.#unexpected(token, context);
  }

  #unexpected(token: Token, context: string): never {
    if (token.type !== "error") return this.#fail(`unexpected ${tokenText(token)} in ${context}`, token);
    const { file, bytes } = this.#shared;
    let extra = "";
    if (this.#actionLine !== 0 && this.#actionLine !== token.line) {
      const started = ` started at ${bytesOf(file)}:${this.#actionLine}`;
      extra = token.value.endsWith(" action") ? started : ` in action${started}`;
    }
    const isOfAction = this.#actionLine !== 0 && /^unclosed (action|left paren)$/.test(token.value);
    const mark = isOfAction ? markAt(bytes, this.#actionPos, this.#actionPos + 2) : undefined;
    return this.#fail(token.value + extra, token, { mark });
  }

  /** Go knows the line only; the column is that of the token at hand. */
  #fail(message: string, token = this.#tokens.newest, details: ErrorDetails = {}): never {
    const { file, bytes } = this.#shared;
    const line = this.#tokens.newest?.line ?? 0;
    const pos = token?.pos ?? 0;
    throw new TemplateParseError(
      `template: ${file}:${line}: ${textOf(message)}`,
      file,
      positionAt(bytes, pos),
      {
        ...details,
        mark: details.mark ?? tokenMark(bytes, token),
        open: openBlocks(bytes, this.#shared.open),
      },
    );
  }
}

const NOT_EXECUTABLE: ReadonlySet<string> = new Set(["bool", "dot", "nil", "number", "string"]);

const NO_DECLARATIONS: Pick<PipeNode, "declarations" | "isAssign"> = { declarations: [], isAssign: false };

function isEmpty(list: ListNode): boolean {
  return list.nodes.every((node) => node.kind === "text" && /^[\s\u0085]*$/.test(textOf(node.text)));
}
