import { printable } from "../base/printable.ts";

/** A node of a tree of text. */
export interface TextNode {
  readonly text: string;
  readonly children: readonly TextNode[];
}

/** A tree with the branches of box drawing; ends with a line feed. */
export function textTree(root: TextNode): string {
  return `${[root.text, ...branches(root.children, "")].join("\n")}\n`;
}

function branches(nodes: readonly TextNode[], indent: string): readonly string[] {
  return nodes.flatMap(({ text, children }, index) => {
    const isLast = index === nodes.length - 1;
    const below = `${indent}${isLast ? "    " : "│   "}`;
    return [`${indent}${isLast ? "└── " : "├── "}${printable(text)}`, ...branches(children, below)];
  });
}
