import type { Parameter } from "../package/operatorPackage.ts";

/** Parameters as an instance holds them: every value a text. */
export type ParameterValues = Readonly<Record<string, string>>;

/** Names whose values differ between two parameter maps, each sorted. */
export interface ParameterDiff {
  /** Added, or with another value. */
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** Compares the parameters last acted on with the ones asked for. */
export function diffParameters(before: ParameterValues, after: ParameterValues): ParameterDiff {
  return {
    changed: Object.keys(after)
      .filter((name) => !Object.hasOwn(before, name) || before[name] !== after[name])
      .sort(),
    removed: Object.keys(before)
      .filter((name) => !Object.hasOwn(after, name))
      .sort(),
  };
}

/**
 * The distinct triggers of the changed parameters, or `undefined` when nothing that changed is a parameter.
 *
 * Parameters without a trigger add nothing. When one removed name has no definition, all removals are ignored.
 * @see package-format 2.4
 */
export function triggersOf(
  diff: ParameterDiff,
  parameters: readonly Parameter[],
): readonly string[] | undefined {
  const defined = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const removed = diff.removed.every((name) => defined.has(name)) ? diff.removed : [];
  const affected = [...diff.changed, ...removed].flatMap((name) => defined.get(name) ?? []);
  if (affected.length === 0) return undefined;
  return [...new Set(affected.flatMap((parameter) => parameter.trigger || []))].sort();
}
