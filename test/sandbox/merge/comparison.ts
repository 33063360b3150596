import { asList, asObject, canonicalJson, type JsonObject } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kubeObject.ts";
import type { ObjectPipeline, ObjectSchema } from "../../../src/sandbox/objectPipeline.ts";
import type { Played } from "./playStep.ts";
import type { RecordedAnswer, Scenario } from "./scenario.ts";
import { widgetDefinition } from "./widgetDefinition.ts";

/** The schema of a scenario's kind. */
export function schemaOf(pipeline: ObjectPipeline, { resource }: Scenario): ObjectSchema {
  const builtin = pipeline.builtinSchema(resource.apiVersion, resource.kind);
  if (builtin) return builtin;
  const compiled = pipeline.crdSchemas(widgetDefinition as KubeObject);
  const schema = compiled.kind === "schemas" ? compiled.byVersion.get("v1") : undefined;
  if (!schema) throw new Error(`no schema of ${resource.kind}`);
  return schema;
}

/** A recorded object as it would lie in the store. */
export function storedObject(body: JsonObject): KubeObject {
  return { ...body, metadata: { ...asObject(body.metadata), uid: "UID" } } as unknown as KubeObject;
}

/** What we answered, without what only the server knows. */
export function comparablePlayed(played: Played): unknown {
  switch (played.kind) {
    case "object":
      return comparable(played.object, played.warnings);
    case "refused":
      return {
        code: played.code,
        reason: played.reason,
        message: withoutValues(played.message),
        causes: causesOf(played.causes ?? []),
      };
    case "invalid":
      return { code: 422, reason: "Invalid", causes: causesOf(played.causes) };
  }
}

/** What the real server answered, without what only the server knows. */
export function comparableAnswer({ code, body, warnings }: RecordedAnswer): unknown {
  if (code < 300) return comparable(body, warnings);
  const { reason = "", message, details } = body;
  const causes = causesOf(asObject(details).causes ?? []);
  const isOfFields = causes.length > 0 && reason === "Invalid" && !String(message).startsWith(" ");
  return isOfFields
    ? { code, reason, causes }
    : { code, reason, message: withoutValues(String(message)), causes };
}

/** Messages that quote a whole object are compared without it; several mistakes come in any order. */
function withoutValues(message: string): string {
  const [head = "", ...lines] = message.replace(/"\{.*\}"/, "{…}").split("\n");
  return [head, ...(head.endsWith("errors:") ? lines.sort() : lines)].join("\n");
}

function causesOf(causes: unknown): readonly JsonObject[] {
  const list = causes as readonly JsonObject[];
  return list
    .map(
      ({ reason, message, field }) =>
        ({ reason, message: withoutValues(String(message)), field }) as JsonObject,
    )
    .sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
}

/** What the server, not the typed part, fills in or warns of. */
const OF_THE_SERVER = {
  spec: [
    "clusterIP",
    "clusterIPs",
    "ipFamilies",
    "ipFamilyPolicy",
    "priority",
    "preemptionPolicy",
    "finalizers",
  ],
  status: ["phase", "qosClass", "lastPhaseTransitionTime"],
  annotations: ["deprecated.daemonset.template.generation"],
  finalizers: ["kubernetes.io/pvc-protection", "kubernetes.io/pv-protection"],
  warnings: /hides previous definition|duplicate port (definition|name)/,
};

function comparable(object: JsonObject, warnings: readonly string[]): unknown {
  const {
    uid: _,
    resourceVersion: __,
    creationTimestamp: ___,
    generation: ____,
    ...metadata
  } = asObject(object.metadata);
  const byText = (a: JsonObject, b: JsonObject): number => (canonicalJson(a) < canonicalJson(b) ? -1 : 1);
  const finalizers = asList(metadata.finalizers).filter(
    (name) => !OF_THE_SERVER.finalizers.includes(String(name)),
  );
  return {
    ...object,
    spec: without(object.spec, OF_THE_SERVER.spec),
    status: object.kind === "Widget" ? object.status : without(object.status, OF_THE_SERVER.status),
    metadata: {
      ...metadata,
      annotations: without(metadata.annotations, OF_THE_SERVER.annotations),
      finalizers,
      managedFields: [...(asList(metadata.managedFields) as readonly JsonObject[])].sort(byText),
    },
    warnings: warnings.filter((text) => !OF_THE_SERVER.warnings.test(text)),
  };
}

function without(members: unknown, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(asObject(members)).filter(([name]) => !names.includes(name)));
}
