import {
  type Caller,
  chainOf,
  type ErrorNode,
  type FieldFailure,
  fieldDetails,
  markOf,
} from "./errorPlace.ts";
import { formatOne, PLAIN } from "./formatValue.ts";
import { type CallContext, LimitError } from "./goFunction.ts";
import { bytesOf, textOf } from "./goString.ts";
import { GoList, GoMap, type GoValue } from "./goValue.ts";
import { CALL_WORK, DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { nodeText } from "./nodeText.ts";
import { quote } from "./quote.ts";
import { freshRandom, type RandomSource } from "./randomSource.ts";
import { positionAt, TemplateExecError, type UnknownName } from "./templateError.ts";
import { weightOf } from "./weight.ts";

/** What a failure knows besides its message; it is looked at only then. */
export interface FailureDetails {
  readonly field?: FieldFailure;
  readonly unknown?: UnknownName;
  /** What the message is about, when Go points at something else. */
  readonly mark?: ErrorNode;
}

/** Text of the file, for the place of an error. */
export interface SourceFile {
  readonly name: string;
  readonly bytes: string;
}

/** What one execution is given besides its data. */
export interface ExecuteOptions {
  /** Those that differ from {@link DEFAULT_LIMITS}. */
  readonly limits?: Partial<Limits>;
  /** What `now` gives, in nanoseconds since 1970 UTC; this moment when absent. */
  readonly now?: bigint;
  /** {@link freshRandom} when absent. */
  readonly random?: RandomSource;
  /** Work that several executions share; what this one does is taken from it. */
  readonly budget?: WorkBudget;
  /** Is told where the execution is, in bytes of the file, before a function that may take long. */
  readonly onCall?: (pos: number) => void;
}

/** Units of work that are left; may end below 0. */
export interface WorkBudget {
  left: number;
}

/** The state of one execution: output, variables, and what was used of the limits. */
export class Execution implements CallContext {
  output = "";
  /** The node that an error points at: the last one that was looked at, as in Go. */
  node: ErrorNode | undefined;
  /** Name of the tree that is executing. */
  tree: string;
  depth = 0;
  caller: Caller | undefined;
  /** Variables in scope, innermost last; a name may come more than once. */
  names: string[] = ["$"];
  values: GoValue[];
  /** Per variable: whether its value came out of an interface, which shows in messages only. */
  inInterface: boolean[] = [false];
  dotInInterface = false;
  readonly limits: Limits;
  readonly now: bigint;
  readonly random: RandomSource;
  readonly onCall: ((pos: number) => void) | undefined;
  readonly #file: SourceFile;
  readonly #most: number;
  #iterations = 0;
  #work = 0;

  constructor(file: SourceFile, data: GoValue, options: ExecuteOptions) {
    this.#file = file;
    this.tree = file.name;
    this.values = [data];
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.limits = limits;
    this.onCall = options.onCall;
    this.#most = Math.min(limits.work, options.budget?.left ?? limits.work);
    this.now = options.now ?? BigInt(Date.now()) * 1_000_000n;
    this.random = options.random ?? freshRandom;
  }

  recall(name: string, args: readonly GoValue[], make: () => string): string {
    for (const arg of args) this.chargeDeep(arg);
    const shown = args.map((arg) => formatOne(arg, "v", { ...PLAIN, goSyntax: true })).join("\0");
    return this.random.recall({ template: this.#file.name, function: name, args: shown }, make);
  }

  write(bytes: string): void {
    this.output += bytes;
    if (this.output.length > this.limits.outputBytes) {
      throw new LimitError(`output is larger than ${this.limits.outputBytes} bytes`, "outputBytes");
    }
  }

  /** @param units  work of the loop's body, whatever branch it takes */
  countIteration(units: number): void {
    if (++this.#iterations > this.limits.iterations) {
      throw new LimitError(`loops take more than ${this.limits.iterations} turns`, "iterations");
    }
    this.charge(units);
  }

  charge(units: number): void {
    this.#work += units;
    if (this.#work > this.#most) {
      throw new LimitError(`the template does more than ${this.limits.work} units of work`, "work");
    }
  }

  /** Work done so far. */
  get work(): number {
    return this.#work;
  }

  /** What {@link weightOf} gives, counted no further than there is work left. */
  weigh(value: GoValue): number {
    return weightOf(value, this.#most - this.#work + 1);
  }

  chargeText(value: GoValue, more: number): void {
    this.charge(CALL_WORK + FORMAT_FACTOR * this.weigh(value) + DEEP_FACTOR * more);
  }

  /** Accounts for going through a list or map to its last leaf. */
  chargeDeep(value: GoValue): void {
    if (typeof value === "object" && value !== null) this.charge(DEEP_FACTOR * this.weigh(value));
  }

  /** Accounts for what a function made. */
  checkSize(value: GoValue, factor = 1): void {
    const size = sizeOf(value);
    if (size > this.limits.valueSize) {
      throw new LimitError(`a value is larger than ${this.limits.valueSize}`, "valueSize");
    }
    this.charge(size * factor);
  }

  push(name: string, value: GoValue): void {
    this.names.push(name);
    this.values.push(value);
    this.inInterface.push(false);
  }

  /** Forgets the variables past the first `count`. */
  pop(count: number): void {
    this.names.length = count;
    this.values.length = count;
    this.inInterface.length = count;
  }

  /** Index of the innermost variable of that name. */
  find(name: string): number {
    const index = this.names.lastIndexOf(name);
    return index === -1 ? this.fail(`undefined variable: ${bytesOf(name)}`) : index;
  }

  assign(name: string, value: GoValue, inInterface = false): void {
    const index = this.find(name);
    this.values[index] = value;
    this.inInterface[index] = inInterface;
  }

  /** Ends the execution with Go's message for the current node; `message` is a byte string. */
  fail(message: string, cause?: unknown, details: FailureDetails = {}): never {
    const { name, bytes } = this.#file;
    const chain = chainOf(bytes, this.caller);
    if (this.node === undefined) {
      throw new TemplateExecError(
        `template: ${name}: ${textOf(message)}`,
        name,
        { line: 1, column: 1 },
        { cause, chain },
      );
    }
    const { pos } = this.node;
    const at = positionAt(bytes, pos);
    const column = pos - (bytes.slice(0, pos).lastIndexOf("\n") + 1); // Go's: from 0, in bytes
    const place = `${name}:${at.line}:${column}`;
    const context = `executing ${textOf(quote(bytesOf(this.tree)))} at <${textOf(nodeText(this.node))}>`;
    throw new TemplateExecError(`template: ${place}: ${context}: ${textOf(message)}`, name, at, {
      cause,
      chain,
      mark: markOf(bytes, details.mark ?? this.node, details.field?.at),
      unknown: details.unknown,
      ...(details.field && fieldDetails(details.mark ?? this.node, details.field, this.values[0])),
    });
  }
}

/** Units of work for one of {@link weightOf}'s, when a value is written as text. */
const DEEP_FACTOR = 4;
/** The same, when flags may ask for any form. */
const FORMAT_FACTOR = 16;

/** Bytes of a string, elements of a list, entries of a map; other values are free. */
export function sizeOf(value: GoValue): number {
  if (typeof value === "string") return value.length;
  if (value instanceof GoList) return value.items.length;
  return value instanceof GoMap ? value.size : 0;
}
