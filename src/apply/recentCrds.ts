import type { Clock } from "../base/clock.ts";
import { asString, valueAt } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { type ObjectRef, parseApiVersion } from "../object/objectRef.ts";

/** How long the server may need until it serves a new kind, in milliseconds (engine.md, 4). */
const SETTLE_MS = 30_000;

/** CustomResourceDefinitions applied a moment ago: an unknown kind of theirs is not yet an error. */
export class RecentCrds {
  readonly #clock: Clock;
  readonly #appliedAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes a write; objects of other kinds are ignored. */
  note(object: KubeObject): void {
    if (object.kind !== "CustomResourceDefinition") return;
    this.#forget();
    this.#appliedAt.set(
      kindKey(asString(valueAt(object, "spec", "group")), asString(valueAt(object, "spec", "names", "kind"))),
      this.#clock.now(),
    );
  }

  /** True when the CustomResourceDefinition of that kind was applied less than 30 s ago. */
  covers({ apiVersion, kind }: Pick<ObjectRef, "apiVersion" | "kind">): boolean {
    this.#forget();
    return this.#appliedAt.has(kindKey(parseApiVersion(apiVersion).group, kind));
  }

  #forget(): void {
    const oldest = this.#clock.now() - SETTLE_MS;
    for (const [key, at] of this.#appliedAt) if (at <= oldest) this.#appliedAt.delete(key);
  }
}

function kindKey(group: string | undefined, kind: string | undefined): string {
  return `${group ?? ""}/${kind ?? ""}`;
}
