import { stringLiteral } from "./literals.ts";
import type { Random } from "./random.ts";
import type { Kind } from "./scope.ts";

const VERBS: readonly (readonly [verb: string, kinds: readonly Kind[]])[] = [
  ["s", ["string"]],
  ["s", ["string", "list", "bool"]],
  ["q", ["string", "int"]],
  ["v", ["any"]],
  ["v", ["any"]],
  ["d", ["int", "int64"]],
  ["d", ["int"]],
  ["x", ["string", "int", "int64", "float"]],
  ["X", ["string", "int"]],
  ["o", ["int"]],
  ["O", ["int"]],
  ["b", ["int", "float"]],
  ["c", ["int"]],
  ["U", ["int"]],
  ["t", ["bool"]],
  ["f", ["float"]],
  ["F", ["float"]],
  ["e", ["float"]],
  ["E", ["float"]],
  ["g", ["float"]],
  ["G", ["float"]],
  ["T", ["any"]],
];

/** A call of printf; the wrong argument for a verb is no mistake, it prints `%!…`. */
export function printfCall(random: Random, argument: (kind: Kind) => string): string {
  const pieces: string[] = [];
  const args: string[] = [];
  for (let count = random.between(1, 3); count > 0; count--) {
    const [verb, kinds] = random.pick(VERBS);
    const width = random.weighted([
      [6, ""],
      [2, String(random.between(1, 12))],
      [1, "*"],
    ]);
    if (width === "*") args.push(random.chance(0.9) ? String(random.between(-9, 9)) : argument("any"));
    const precision = random.weighted([
      [6, ""],
      [2, `.${random.between(0, 5)}`],
      [1, "."],
    ]);
    pieces.push(
      `%${flags(random)}${width}${precision}${random.chance(0.03) ? random.pick(["z", "%", "!", "[2]d", "[1]v"]) : verb}`,
    );
    args.push(random.chance(0.1) ? argument("any") : argument(random.pick(kinds)));
  }
  if (random.chance(0.05)) args.pop();
  if (random.chance(0.05)) args.push(argument("any"));
  const format = pieces.join(random.pick(["", " ", "-", " %% ", ": ", "|"]));
  return ["printf", stringLiteral(random, random.chance(0.03) ? `${format}%` : format), ...args].join(" ");
}

function flags(random: Random): string {
  return random.chance(0.6) ? "" : random.many(1, 2, () => random.pick(["-", "+", " ", "0", "#"])).join("");
}
