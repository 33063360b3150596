import type { Location } from "../base/issue.ts";
import type { OperatorPackage } from "../package/operatorPackage.ts";
import type { Limits } from "../template/limits.ts";
import { compilePackage } from "./compiledPackage.ts";
import { fullBudget } from "./renderBudget.ts";
import { RenderError, type RenderReason } from "./renderError.ts";
import { type RenderContext, type Rendering, renderResources } from "./renderTask.ts";

/** One rendering as a worker gets it. Plain data, and memory that both sides see. */
export interface RenderJob {
  readonly pkg: OperatorPackage;
  /** Every key once. */
  readonly resources: readonly string[];
  readonly context: RenderContext;
  /** Those that differ from the usual. */
  readonly limits: Partial<Limits>;
  /** Where the rendering is: index of the template in `resources`, and bytes of its file. */
  readonly place: Int32Array<SharedArrayBuffer>;
}

/** What a worker answers. Plain data. */
export type RenderAnswer =
  | { readonly kind: "rendered"; readonly rendering: Rendering }
  | {
      readonly kind: "refused";
      readonly reason: RenderReason;
      readonly message: string;
      readonly location: Location;
    }
  /** A mistake of ours. */
  | { readonly kind: "broken"; readonly message: string };

/** A place for a rendering that has not begun. */
export function newPlace(): RenderJob["place"] {
  return new Int32Array(new SharedArrayBuffer(8));
}

/** Carries out a job with all that a task may use, and leaves in `place` where it is. */
export function renderJob({ pkg, resources, context, limits, place }: RenderJob): RenderAnswer {
  const budget = fullBudget(limits, (template, pos) => {
    place[0] = resources.indexOf(template);
    place[1] = pos;
  });
  try {
    return {
      kind: "rendered",
      rendering: renderResources(compilePackage(pkg), resources, context, budget),
    };
  } catch (error) {
    if (error instanceof RenderError) {
      const { reason, message, location } = error;
      return { kind: "refused", reason, message, location };
    }
    return {
      kind: "broken",
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

/**
 * The rendering of an answer.
 *
 * @throws RenderError as the rendering itself would
 */
export function renderingOf(answer: RenderAnswer): Rendering {
  switch (answer.kind) {
    case "rendered":
      return answer.rendering;
    case "refused":
      throw new RenderError(answer.reason, answer.message, { location: answer.location });
    case "broken":
      throw new Error(answer.message);
  }
}
