import { type Health, healthy } from "../health.ts";

/**
 * Judges a PodDisruptionBudget: good once its controller has seen it, which was checked before.
 *
 * Its condition DisruptionAllowed is no judgement: a budget that allows nothing does its work.
 */
export function judgePodDisruptionBudget(): Health {
  return healthy("Observed");
}
