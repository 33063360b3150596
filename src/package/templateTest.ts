import type { JsonObject, JsonValue } from "../object/json.ts";
import type { YamlPath } from "../yaml/positionOf.ts";
import type { PlanPlace } from "./placeOfTemplate.ts";

/** One case of a file in a package's `tests` folder: inputs, and what must come of them. */
export interface TemplateTest {
  readonly name: string;
  /** Where the case stands in its document. */
  readonly path: YamlPath;
  readonly instance: string | undefined;
  readonly namespace: string;
  /** As an Instance holds them. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly place: Partial<PlanPlace>;
  readonly renders: readonly TextExpectation[];
  readonly objects: readonly ObjectExpectation[];
  readonly counts: readonly CountExpectation[];
  readonly deletes: readonly DeletionExpectation[];
  readonly fails: FailureExpectation | undefined;
}

/** What the text of one template must be. */
export interface TextExpectation {
  readonly path: YamlPath;
  readonly template: string;
  readonly checks: readonly TextCheck[];
}

/** What must hold of a text; `path` is where the expectation stands. */
export type TextCheck =
  | { readonly kind: "contains" | "lacks" | "equals"; readonly path: YamlPath; readonly text: string }
  /** Somewhere in the text, `^` and `$` at every line. */
  | { readonly kind: "matches"; readonly path: YamlPath; readonly pattern: RegExp }
  /** Nothing but white space, or something else than that. */
  | { readonly kind: "absent"; readonly path: YamlPath; readonly isAbsent: boolean };

/** What one object of the plan must be. */
export interface ObjectExpectation {
  readonly path: YamlPath;
  readonly apiVersion: string | undefined;
  readonly kind: string;
  readonly name: string;
  readonly isAbsent: boolean;
  /** What the object must have among other things. */
  readonly has: JsonObject | undefined;
  /** Pointers with their exact values; null for nothing there. */
  readonly at: Readonly<Record<string, JsonValue>>;
}

/** How many objects the plan must have: in all, or of a kind. */
export interface CountExpectation {
  readonly path: YamlPath;
  readonly kind: string | undefined;
  readonly count: number;
}

/** `Kind/name` that the plan must delete. */
export interface DeletionExpectation {
  readonly path: YamlPath;
  readonly kind: string;
  readonly name: string;
}

/** Part of the message with which the plan, or a template, must fail. */
export interface FailureExpectation {
  readonly path: YamlPath;
  readonly message: string;
}
