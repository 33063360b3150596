import type { JsonObject } from "../object/json.ts";
import { type Convert, mapObjects, optional } from "./conversion.ts";

/** What v1beta1 meant by absent fields; v1 fails closed, matches equivalents and waits 10 s. */
const OLD_DEFAULTS: JsonObject = {
  failurePolicy: "Ignore",
  matchPolicy: "Exact",
  timeoutSeconds: 30,
  admissionReviewVersions: ["v1beta1"],
};

/** A ValidatingWebhookConfiguration or MutatingWebhookConfiguration in admissionregistration.k8s.io/v1. */
export const webhookConfiguration: Convert = (object) => {
  const warnings: string[] = [];
  const webhooks = mapObjects(object.webhooks, (webhook) => ({
    ...OLD_DEFAULTS,
    ...webhook,
    sideEffects: sideEffectsOf(webhook, warnings),
  }));
  return { object: { ...object, ...optional("webhooks", webhooks) }, warnings };
};

/** v1 takes only webhooks that leave a dry run without effect. */
function sideEffectsOf(webhook: JsonObject, warnings: string[]): string {
  const { name, sideEffects } = webhook;
  if (sideEffects === "None" || sideEffects === "NoneOnDryRun") return sideEffects;
  const next = sideEffects === "Some" ? "NoneOnDryRun" : "None";
  warnings.push(
    `webhook ${name}: sideEffects ${sideEffects ?? "was absent, which meant Unknown,"} cannot be said in v1; ${next} was written`,
  );
  return next;
}
