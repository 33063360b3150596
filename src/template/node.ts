/**
 * The syntax tree of a template, as plain data.
 *
 * `pos` is a byte offset into the template's text (UTF-8), as Go counts; `Template.locate` turns it into a
 * line and a column. Names are ordinary text. What a template may write as arbitrary bytes (text between
 * actions, string literals) is a byte string: one code unit per byte, see goString.ts.
 *
 * @see Go 1.26 text/template/parse/node.go
 */
export type Node =
  | TextNode
  | ActionNode
  | IfNode
  | WithNode
  | RangeNode
  | TemplateNode
  | BreakNode
  | ContinueNode;

/** What may stand as a word of a command. */
export type Operand =
  | DotNode
  | NilNode
  | BoolNode
  | NumberNode
  | StringNode
  | FieldNode
  | ChainNode
  | VariableNode
  | IdentifierNode
  | PipeNode;

/** A list of nodes: the body of a template, a branch of a control structure. */
export interface ListNode {
  readonly kind: "list";
  readonly pos: number;
  readonly nodes: readonly Node[];
}

/** Text between actions, after trimming. */
export interface TextNode {
  readonly kind: "text";
  readonly pos: number;
  /** Byte string. */
  readonly text: string;
}

/** `{{ pipeline }}`: prints its value, unless it declares or assigns. */
export interface ActionNode {
  readonly kind: "action";
  readonly pos: number;
  readonly pipe: PipeNode;
}

interface BranchNode {
  readonly pos: number;
  readonly pipe: PipeNode;
  readonly list: ListNode;
  /** `{{else if}}` and `{{else with}}` are a list with one node of that kind. */
  readonly elseList: ListNode | undefined;
}

/** `{{if}} … {{else}} … {{end}}` */
export interface IfNode extends BranchNode {
  readonly kind: "if";
}

/** `{{with}} … {{else}} … {{end}}`: the dot of `list` is the value. */
export interface WithNode extends BranchNode {
  readonly kind: "with";
}

/** `{{range}} … {{else}} … {{end}}`: the dot of `list` is the element. */
export interface RangeNode extends BranchNode {
  readonly kind: "range";
}

/** `{{break}}` */
export interface BreakNode {
  readonly kind: "break";
  readonly pos: number;
}

/** `{{continue}}` */
export interface ContinueNode {
  readonly kind: "continue";
  readonly pos: number;
}

/** `{{template "name" pipeline}}`; what `{{block}}` leaves in its place. */
export interface TemplateNode {
  readonly kind: "template";
  readonly pos: number;
  readonly name: string;
  readonly pipe: PipeNode | undefined;
}

/** `$a, $b := command | command`, in an action or in parentheses. */
export interface PipeNode {
  readonly kind: "pipe";
  readonly pos: number;
  /** True for `=`, false for `:=` and for none. */
  readonly isAssign: boolean;
  readonly declarations: readonly VariableNode[];
  readonly commands: readonly CommandNode[];
}

/** The words of one stage of a pipeline. */
export interface CommandNode {
  readonly kind: "command";
  readonly pos: number;
  readonly args: readonly Operand[];
}

/** `.` */
export interface DotNode {
  readonly kind: "dot";
  readonly pos: number;
}

/** `nil` */
export interface NilNode {
  readonly kind: "nil";
  readonly pos: number;
}

/** `true`, `false` */
export interface BoolNode {
  readonly kind: "bool";
  readonly pos: number;
  readonly value: boolean;
}

/** A number or a character; what it can be taken as depends on where it stands. */
export interface NumberNode {
  readonly kind: "number";
  readonly pos: number;
  /** As written. */
  readonly text: string;
  /** The value as an int64, when it is one. */
  readonly int: bigint | undefined;
  /** The value as a uint64, when it is one. */
  readonly uint: bigint | undefined;
  /** The value as a float64, when it is one. */
  readonly float: number | undefined;
  /** Real and imaginary part, when the literal is imaginary or can be taken as complex. */
  readonly complex: readonly [re: number, im: number] | undefined;
}

/** A string literal of either form. */
export interface StringNode {
  readonly kind: "string";
  readonly pos: number;
  /** As written, quotes included (byte string). */
  readonly quoted: string;
  /** Byte string. */
  readonly value: string;
}

/** `.A.B`: fields of the dot. */
export interface FieldNode {
  readonly kind: "field";
  readonly pos: number;
  /** Without dots, at least one. */
  readonly names: readonly string[];
}

/** `(pipeline).A.B`, `function.A`: fields of another operand. */
export interface ChainNode {
  readonly kind: "chain";
  readonly pos: number;
  readonly operand: Operand;
  /** Without dots, at least one. */
  readonly names: readonly string[];
}

/** `$x`, `$x.A.B`, `$.A`. */
export interface VariableNode {
  readonly kind: "variable";
  readonly pos: number;
  /** With its `$`; `$` alone is the data. */
  readonly name: string;
  /** Fields of the variable, without dots; often none. */
  readonly fields: readonly string[];
}

/** The name of a function. */
export interface IdentifierNode {
  readonly kind: "identifier";
  readonly pos: number;
  readonly name: string;
}

/** One template of a set: the main one, or one made by `{{define}}` or `{{block}}`. */
export interface Tree {
  readonly name: string;
  readonly root: ListNode;
}
