import { type Health, healthy } from "../health.ts";

/** Judges an Ingress: always Healthy, for many controllers never write an address back. */
export function judgeIngress(): Health {
  return healthy("Exists");
}
