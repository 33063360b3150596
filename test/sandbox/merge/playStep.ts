import type { JsonObject } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kubeObject.ts";
import type {
  FieldCause,
  ObjectPipeline,
  ObjectSchema,
  Refusal,
} from "../../../src/sandbox/objectPipeline.ts";
import { bodyOf, type Scenario, type Step } from "./scenario.ts";

const TIME = "2026-01-01T00:00:00Z";

export type Played =
  | { readonly kind: "object"; readonly object: KubeObject; readonly warnings: readonly string[] }
  | { readonly kind: "invalid"; readonly causes: readonly FieldCause[] }
  | Refusal;

/** One step as the server plays it, without what only the server knows: names, uids, addresses. */
export function playStep(
  pipeline: ObjectPipeline,
  schema: ObjectSchema,
  scenario: Scenario,
  step: Step,
  live: KubeObject | undefined,
): Played {
  const { subresource = "", validation: fieldValidation = "Warn" } = step;
  const body = bodyOf(scenario, step);
  const common = { schema, ...(live ? { live } : {}), manager: step.by, time: TIME };
  const finish = (next: KubeObject, warnings: readonly string[]): Played => {
    const causes = pipeline.validate(schema, next, live);
    return causes.length > 0 ? { kind: "invalid", causes } : { kind: "object", object: next, warnings };
  };
  if (step.verb === "scale") {
    if (!live) throw new Error("a scale needs an object");
    const { spec } = body as { readonly spec: JsonObject };
    const next = { ...live, spec: { ...(live.spec as JsonObject), replicas: spec.replicas } };
    return finish(pipeline.trackUpdate({ ...common, subresource: "scale", next }), []);
  }
  const decoded =
    step.verb === "create" || step.verb === "update"
      ? pipeline.decode(schema, body as KubeObject, fieldValidation)
      : pipeline.applyPatch({
          ...common,
          kind: step.verb,
          patch: body,
          force: step.force ?? false,
          subresource,
          fieldValidation,
          resetFields: resetFields(scenario, subresource),
        });
  if (decoded.kind === "refused") return decoded;
  const filled = pipeline.default(schema, decoded.object);
  const next = resetOther(scenario, subresource, filled, live ?? blank(pipeline, schema));
  return finish(
    step.verb === "apply" ? next : pipeline.trackUpdate({ ...common, subresource, next }),
    decoded.warnings,
  );
}

const WITHOUT_STATUS: ReadonlySet<string> = new Set([
  "ClusterRole",
  "ClusterRoleBinding",
  "ConfigMap",
  "EndpointSlice",
  "Lease",
  "LimitRange",
  "MutatingWebhookConfiguration",
  "PodTemplate",
  "PriorityClass",
  "Role",
  "RoleBinding",
  "Secret",
  "ServiceAccount",
  "StorageClass",
  "ValidatingWebhookConfiguration",
]);

function resetFields({ resource }: Scenario, subresource: string): readonly string[] {
  if (WITHOUT_STATUS.has(resource.kind)) return [];
  if (subresource === "") return ["status"];
  return resource.kind === "Widget" ? ["spec", "metadata"] : ["spec"];
}

/** What an object of this kind is before anything was written to it. */
function blank(pipeline: ObjectPipeline, schema: ObjectSchema): KubeObject {
  const { apiVersion, kind } = schema;
  const decoded = pipeline.decode(schema, { apiVersion, kind, metadata: {} }, "Ignore");
  if (decoded.kind === "refused") throw new Error(decoded.message);
  return pipeline.default(schema, decoded.object);
}

/** What this endpoint does not write comes from the live object. */
function resetOther(
  { resource }: Scenario,
  subresource: string,
  next: KubeObject,
  live: KubeObject,
): KubeObject {
  if (WITHOUT_STATUS.has(resource.kind)) return next;
  if (subresource === "status") {
    if (resource.kind !== "Widget") return { ...next, spec: live.spec } as KubeObject;
    const metadata = { ...live.metadata, managedFields: next.metadata.managedFields };
    return { ...live, metadata, status: next.status } as unknown as KubeObject;
  }
  const { status: _, ...others } = next;
  return (live.status === undefined ? others : { ...others, status: live.status }) as KubeObject;
}
