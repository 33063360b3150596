import { type Cipheriv, createCipheriv, createHmac } from "node:crypto";
import type { RandomRecord, RandomUse } from "../package/randomRecord.ts";
import { LimitError } from "../template/goFunction.ts";
import type { RandomCall, RandomSource } from "../template/randomSource.ts";

/** Characters that the record of an instance may have: the index Secret has to hold it. */
const RECORD_SIZE = 256 * 1024;

/**
 * The random values of one rendering: those of the record again, and new ones for calls that it does not know.
 *
 * A call is named by template, function, a keyed hash of the arguments, and the how-manieth such call it is in this
 * execution of the template. Lines may move, and calls with other arguments may come between: the name stays. New
 * values are drawn from the record's key and the call's name, so that rendering is a pure function of its inputs.
 */
export class RecordedRandom {
  readonly #record: RandomRecord;
  readonly #added = new Map<string, string>();
  readonly #used = new Set<string>();
  readonly #templates = new Set<string>();
  #size: number;

  constructor(record: RandomRecord) {
    this.#record = record;
    this.#size = Object.entries(record.values).reduce((sum, entry) => sum + sizeOf(entry), 0);
  }

  /** The source for one execution of one template; calls are counted from its beginning. */
  source(template: string): RandomSource {
    this.#templates.add(template);
    const counts = new Map<string, number>();
    let stream = this.#stream(template);
    return {
      bytes: (count) => stream(count),
      recall: (call, make) => {
        const group = this.#group(call);
        const count = counts.get(group) ?? 0;
        counts.set(group, count + 1);
        const name = `${group} ${count}`;
        this.#used.add(name);
        const known = this.#known(name);
        if (known !== undefined) return known;
        const outer = stream;
        stream = this.#stream(name);
        try {
          return this.#add(name, make());
        } finally {
          stream = outer;
        }
      },
    };
  }

  /** What the executions so far did with the record. */
  get use(): RandomUse {
    return {
      templates: [...this.#templates],
      used: [...this.#used],
      added: Object.fromEntries(this.#added),
    };
  }

  #known(name: string): string | undefined {
    const { values } = this.#record;
    return Object.hasOwn(values, name) ? values[name] : this.#added.get(name);
  }

  #add(name: string, value: string): string {
    this.#size += sizeOf([name, value]);
    if (this.#size > RECORD_SIZE)
      throw new LimitError(`the random values of the instance take more than ${RECORD_SIZE} bytes`);
    this.#added.set(name, value);
    return value;
  }

  /** Calls that differ in nothing but their place. */
  #group({ template, function: name, args }: RandomCall): string {
    const hash = this.#hash("arguments", JSON.stringify([template, name, args]));
    return `${template} ${name} ${hash.subarray(0, 16).toString("base64url")}`;
  }

  #stream(name: string): (count: number) => Uint8Array {
    let cipher: Cipheriv | undefined;
    return (count) => {
      cipher ??= createCipheriv("aes-256-ctr", this.#hash("value", name), Buffer.alloc(16));
      return cipher.update(Buffer.alloc(count));
    };
  }

  #hash(purpose: "arguments" | "value", text: string): Buffer {
    return createHmac("sha256", Buffer.from(this.#record.key, "hex")).update(`${purpose}\0${text}`).digest();
  }
}

function sizeOf([name, value]: readonly [string, string]): number {
  return name.length + value.length;
}

/** Name of the template that a recorded call stands in. */
export function templateOfCall(call: string): string {
  return call.split(" ").slice(0, -3).join(" ");
}
