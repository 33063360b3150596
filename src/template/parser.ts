import { bytesOf, textOf } from "./goString.ts";
import { Lexer } from "./lexer.ts";
import { unquote } from "./literal.ts";
import type { ActionNode, IfNode, ListNode, Node, RangeNode, TemplateNode, Tree, WithNode } from "./node.ts";
import { PipeParser } from "./pipeParser.ts";
import { quote } from "./quote.ts";
import type { Token } from "./token.ts";
import type { TokenStream } from "./tokenStream.ts";
import { type FileInput, type FunctionNames, TreeInput } from "./treeInput.ts";

/** Control structures inside control structures. */
const MAX_NESTING = 500;

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
  new TreeParser({ name, bytes, lexer: new Lexer(bytes), functions, trees, open: [] }).parseFile();
  return trees;
}

/** Parses one tree; `define` and `block` make another one that reads on from the same lexer. */
class TreeParser {
  readonly #file: FileInput;
  readonly #input: TreeInput;
  readonly #tokens: TokenStream;
  readonly #pipes: PipeParser;
  #rangeDepth = 0;
  #nesting = 0;

  constructor(file: FileInput) {
    this.#file = file;
    this.#input = new TreeInput(file);
    this.#tokens = this.#input.tokens;
    this.#pipes = new PipeParser(this.#input);
  }

  parseFile(): void {
    const nodes: Node[] = [];
    const pos = this.#tokens.peek().pos;
    while (this.#tokens.peek().type !== "eof") {
      if (this.#tokens.peek().type === "leftDelimiter") {
        const delimiter = this.#tokens.next();
        const token = this.#tokens.nextNonSpace();
        if (token.type === "define") {
          new TreeParser(this.#file).#definition(token);
          continue;
        }
        this.#tokens.putBack(token, delimiter);
      }
      nodes.push(this.#topLevelNode());
    }
    this.#add(this.#file.name, { kind: "list", pos, nodes });
  }

  #topLevelNode(): Node {
    const node = this.#textOrAction();
    return node.kind === "end" || node.kind === "else"
      ? this.#input.fail(`unexpected {{${node.kind}}}`)
      : node;
  }

  #definition(keyword: Token): void {
    const token = this.#input.expect(["string", "rawString"], "define clause");
    const name = textOf(this.#input.literal(token, () => unquote(token.value)));
    this.#input.expect(["rightDelimiter"], "define clause");
    this.#body(name, "define clause", keyword);
  }

  /** @param blamed  whose newest token gives the line of an error: Go blames the tree around a block */
  #body(name: string, context: string, keyword: Token, blamed: TreeParser = this): void {
    this.#file.open.push(keyword);
    const { list, end } = this.#list();
    this.#file.open.pop();
    if (end.kind !== "end") blamed.#input.fail(`unexpected {{else}} in ${context}`, this.#tokens.newest);
    this.#add(name, list);
  }

  #add(name: string, root: ListNode): void {
    const { trees } = this.#file;
    const known = trees.get(name);
    if (known === undefined || isEmpty(known.root)) trees.set(name, { name, root });
    else if (!isEmpty(root))
      this.#input.fail(`template: multiple definition of template ${quote(bytesOf(name))}`);
  }

  #list(): { readonly list: ListNode; readonly end: Terminator } {
    const nodes: Node[] = [];
    const pos = this.#tokens.peekNonSpace().pos;
    if (++this.#nesting > MAX_NESTING) this.#input.fail("max nesting depth exceeded");
    while (this.#tokens.peekNonSpace().type !== "eof") {
      const node = this.#textOrAction();
      if (node.kind === "end" || node.kind === "else") {
        this.#nesting--;
        return { list: { kind: "list", pos, nodes }, end: node };
      }
      nodes.push(node);
    }
    return this.#input.fail("unexpected EOF");
  }

  #textOrAction(): Node | Terminator {
    const token = this.#tokens.nextNonSpace();
    if (token.type === "text") return { kind: "text", pos: token.pos, text: token.value };
    if (token.type !== "leftDelimiter") return this.#input.unexpected(token, "input");
    this.#input.beginAction(token);
    const node = this.#action();
    this.#input.endAction();
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
        return { kind: "end", pos: this.#input.expect(["rightDelimiter"], "end").pos };
      case "if":
      case "with":
      case "range":
        return this.#control(token.type, token);
      case "template":
        return this.#template();
      default: {
        this.#tokens.putBack(token);
        const { pos } = this.#tokens.peek();
        const action: ActionNode = {
          kind: "action",
          pos,
          pipe: this.#pipes.pipeline("command", "rightDelimiter"),
        };
        return action;
      }
    }
  }

  #loopControl(kind: "break" | "continue", { pos }: Token): Node {
    const token = this.#tokens.nextNonSpace();
    if (token.type !== "rightDelimiter") this.#input.unexpected(token, `{{${kind}}}`);
    if (this.#rangeDepth === 0) this.#input.fail(`{{${kind}}} outside {{range}}`);
    return { kind, pos };
  }

  /** `else`; of `else if` and `else with` the second word stays for the caller. */
  #else(): Terminator {
    const next = this.#tokens.peekNonSpace();
    if (next.type === "if" || next.type === "with") return { kind: "else", pos: next.pos };
    return { kind: "else", pos: this.#input.expect(["rightDelimiter"], "else").pos };
  }

  #control(kind: "if" | "with" | "range", keyword: Token): IfNode | WithNode | RangeNode {
    const { scope } = this.#pipes;
    const pipe = this.#pipes.pipeline(kind, "rightDelimiter");
    if (kind === "range") this.#rangeDepth++;
    this.#file.open.push(keyword);
    const { list, end } = this.#list();
    if (kind === "range") this.#rangeDepth--;
    const elseList = end.kind === "else" ? this.#elseList(kind, end.pos) : undefined;
    this.#file.open.pop();
    this.#pipes.leaveScope(scope);
    return { kind, pos: pipe.pos, pipe, list, elseList };
  }

  #elseList(kind: "if" | "with" | "range", pos: number): ListNode {
    if (kind !== "range" && this.#tokens.peek().type === kind) {
      const keyword = this.#tokens.next();
      if (++this.#nesting > MAX_NESTING) this.#input.fail("max nesting depth exceeded");
      const node = this.#control(kind, keyword);
      this.#nesting--;
      return { kind: "list", pos, nodes: [node] };
    }
    const { list, end } = this.#list();
    if (end.kind !== "end") this.#input.fail("expected end; found {{else}}");
    return list;
  }

  #block(keyword: Token): TemplateNode {
    const token = this.#tokens.nextNonSpace();
    const name = this.#templateName(token, "block clause");
    const pipe = this.#pipes.pipeline("block clause", "rightDelimiter");
    new TreeParser(this.#file).#body(name, "block clause", keyword, this);
    return { kind: "template", pos: token.pos, name, pipe };
  }

  #template(): TemplateNode {
    const token = this.#tokens.nextNonSpace();
    const name = this.#templateName(token, "template clause");
    const next = this.#tokens.nextNonSpace();
    if (next.type === "rightDelimiter") return { kind: "template", pos: token.pos, name, pipe: undefined };
    this.#tokens.putBack(next);
    const pipe = this.#pipes.pipeline("template clause", "rightDelimiter");
    return { kind: "template", pos: token.pos, name, pipe };
  }

  #templateName(token: Token, context: string): string {
    if (token.type !== "string" && token.type !== "rawString") return this.#input.unexpected(token, context);
    return textOf(this.#input.literal(token, () => unquote(token.value)));
  }
}

function isEmpty(list: ListNode): boolean {
  return list.nodes.every((node) => node.kind === "text" && /^[\s\u0085]*$/.test(textOf(node.text)));
}
