import type { JsonValue } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";

// The border between the server (routes, storage, strategies, controllers) and the typed part (schema/, merge/).
//
// Order of the calls for a write, the server's side first:
//   create: decode -> default -> status reset -> trackUpdate -> strategy (name, uid, allocation) -> validate -> store
//   update: decode -> default -> status or spec reset -> trackUpdate -> strategy (generation) -> validate -> store
//   patch json|merge|strategic: applyPatch (patched object only, managedFields as in live) -> then as an update
//   apply: applyPatch (merged object *with* its new managedFields; the live object itself when nothing changes)
//     -> status or spec reset -> default -> strategy -> validate -> store
// `default` gives built-in objects the members that are always written (`status: {}`), so it comes after a reset.
// Nothing here looks at a clock or at the store, and no argument is mutated.
// `schema/createObjectPipeline.ts` exports `createObjectPipeline(): ObjectPipeline`; startSandbox calls it once.

/** The schema of one apiVersion and kind. Opaque for the server; the typed part extends it. */
export interface ObjectSchema {
  readonly apiVersion: string;
  readonly kind: string;
}

/** One entry of `details.causes`: `field` as `spec.template.spec.containers[0].image`, without a leading dot. */
export interface FieldCause {
  /** `FieldValueRequired`, `FieldValueInvalid`, `FieldValueNotSupported`, `FieldManagerConflict`… */
  readonly reason: string;
  /** As it stands in the Status, e.g. `Required value` or `Invalid value: "x": must be …`. */
  readonly message: string;
  readonly field: string;
}

/** What the real server would answer instead of an object. */
export interface Refusal {
  readonly kind: "refused";
  /** HTTP status code. */
  readonly code: number;
  /** `BadRequest`, `Invalid`, `Conflict`…; empty for the bare 500 of 'failed to create typed patch object'. */
  readonly reason: string;
  /**
   * The whole text of the Status, except for `Invalid`: there the server writes
   * `Kind.group "name" is invalid: …` from the causes, and this may be empty.
   */
  readonly message: string;
  readonly causes?: readonly FieldCause[];
}

/** An object, with the texts of `Warning` headers that go with it. */
export interface Accepted {
  readonly kind: "object";
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

/** An object to store, or why there is none. */
export type PipelineResult = Accepted | Refusal;

/** Query parameter of the same name; the server's default is `Warn`. */
export type FieldValidation = "Ignore" | "Warn" | "Strict";

/** How a patch is written; the media type says it. */
export type PatchKind = "apply" | "json" | "merge" | "strategic";

/** A patch and what it applies to. */
export interface PatchRequest {
  readonly schema: ObjectSchema;
  readonly kind: PatchKind;
  /** Absent only for an apply that creates. */
  readonly live?: KubeObject;
  /** The body, parsed (an apply's body may be YAML; the server has parsed it). */
  readonly patch: JsonValue;
  readonly manager: string;
  readonly force: boolean;
  /** `""`, `status`, `scale`. Goes into the managedFields entry. */
  readonly subresource: string;
  /** RFC 3339, for the managedFields entry. */
  readonly time: string;
  readonly fieldValidation: FieldValidation;
  /**
   * Top-level members that this endpoint does not write: `["status"]` at the main endpoint of a kind with a status
   * subresource, `["spec"]` (everything but status and metadata) at the status endpoint. An apply leaves them out of the
   * manager's set and takes them from live.
   */
  readonly resetFields: readonly string[];
}

/** A write that is no apply, whose owner of fields is to be recorded. */
export interface TrackRequest {
  readonly schema: ObjectSchema;
  /** Absent for a create. */
  readonly live?: KubeObject;
  /** As it will be stored, defaulted; its managedFields are what the client sent (empty list resets them). */
  readonly next: KubeObject;
  readonly manager: string;
  readonly subresource: string;
  readonly time: string;
}

/** The pure functions that know types: schemas, defaulting, merging, field ownership. */
export interface ObjectPipeline {
  /** `undefined` for a kind that is not built in. */
  builtinSchema(apiVersion: string, kind: string): ObjectSchema | undefined;

  /**
   * Schemas of a CustomResourceDefinition by version name. Refused when a schema is not structural (422, causes with
   * fields under `spec.versions[i].schema.openAPIV3Schema`).
   */
  crdSchemas(
    crd: KubeObject,
  ): { readonly kind: "schemas"; readonly byVersion: ReadonlyMap<string, ObjectSchema> } | Refusal;

  /**
   * Checks types and prunes unknown fields of a request body: wrong types are 400, unknown fields and duplicates are
   * dropped and, by `fieldValidation`, warned of or refused (400 'strict decoding error: …'). For a CRD's kind a wrong
   * type is left to `validate`.
   */
  decode(schema: ObjectSchema, object: KubeObject, fieldValidation: FieldValidation): PipelineResult;

  /** Fills what the server fills on write (and on read of old objects), from schemas and Kubernetes' own rules. */
  default(schema: ObjectSchema, object: KubeObject): KubeObject;

  /**
   * What the schema forbids: required members, enums, formats, patterns, and for CRDs all of OpenAPI (CEL may come
   * later). Names, immutability and cross-field rules of built-in kinds are the server's.
   */
  validate(schema: ObjectSchema, next: KubeObject, live?: KubeObject): readonly FieldCause[];

  /** All four patch types; only `apply` touches managedFields. */
  applyPatch(request: PatchRequest): PipelineResult;

  /** The object with managedFields brought up to date for an `Update` operation; timestamps stay when nothing changed. */
  trackUpdate(request: TrackRequest): KubeObject;

  /**
   * `/openapi/v3/<path>` for a group version, e.g. `("apps", "v1")`: kinds built in, and those of `crds` that have this
   * group and version. `undefined` when nothing is served there.
   */
  openApiDocument(group: string, version: string, crds: readonly KubeObject[]): JsonValue | undefined;
}
