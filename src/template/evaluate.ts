import type { Execution } from "./execution.ts";
import type { GoValue } from "./goValue.ts";
import type { Operand } from "./node.ts";

/**
 * Computes a value from the dot; `final` is the value of the stage before in a pipeline.
 *
 * It sets `x.node` exactly where Go does, since that is where its messages point.
 */
export type Evaluate = (dot: GoValue, x: Execution, final?: GoValue) => GoValue;

/** Fails with a message (byte string) as soon as it is asked. */
export function failing(node: Operand, message: string): Evaluate {
  return (_dot, x) => {
    x.node = node;
    return x.fail(message);
  };
}
