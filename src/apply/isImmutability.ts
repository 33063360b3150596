import { type ClusterError, isClusterError, type StatusCause } from "../cluster/clusterError.ts";

/** One field that the server does not let be changed, with its reason. */
export interface FrozenField {
  /** The server's path, `spec.template`. */
  readonly field: string;
  /** Without the value, which may be long or secret: `field is immutable`. */
  readonly detail: string;
}

/**
 * How the server ends a cause `Invalid value: <value>: <detail>`. The value comes from the user and may say anything,
 * so only the end counts.
 *
 * @see Kubernetes 1.36 pkg/apis: ValidateImmutableField, core ValidateServiceClusterIPsRelatedFields, rbac roleRef
 */
const INVALID = /: (field is immutable|may not change once set|cannot change roleRef|\w+ is immutable\.?)$/i;

/**
 * How the server begins a cause `Forbidden: <detail>`; a difference may follow on further lines.
 *
 * @see Kubernetes 1.36 pkg/apis: core (ConfigMap, Secret, volumes, claims, Pod), apps StatefulSet, scheduling, storage
 */
const FORBIDDEN =
  /^Forbidden: (field is immutable|may not be (?:changed|updated)|updates to .* are forbidden|[\w.]+ is immutable after creation|pod updates may not (?:change|add or remove)).*/;

/**
 * The fields that an object was refused for, when the server says of every one of them that it cannot be changed.
 *
 * @returns empty when there is another cause among them (a typo, say), or when it is no such error at all
 */
export function frozenFieldsOf(error: ClusterError): readonly FrozenField[] {
  if (error.reason !== "invalid") return [];
  const fields = error.causes.map(frozenFieldOf);
  return fields.includes(undefined) ? [] : fields.filter((field) => field !== undefined);
}

/** True when the server refused a change for nothing but fields that cannot be changed. */
export function isImmutability(error: unknown): error is ClusterError {
  return isClusterError(error) && frozenFieldsOf(error).length > 0;
}

function frozenFieldOf({ reason, field, message }: StatusCause): FrozenField | undefined {
  if (reason === "FieldValueInvalid") {
    const detail = INVALID.exec(message)?.[1];
    return detail === undefined ? undefined : { field, detail };
  }
  if (reason !== "FieldValueForbidden") return undefined;
  const line = FORBIDDEN.exec(message)?.[0];
  return line === undefined ? undefined : { field, detail: line.slice("Forbidden: ".length) };
}
