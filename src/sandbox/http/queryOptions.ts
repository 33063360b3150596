import { asList, asObject, asString, type JsonValue } from "../../object/json.ts";
import type { FieldCause, FieldValidation } from "../objectPipeline.ts";
import { badRequest, invalid } from "../statusError.ts";
import { forbiddenField } from "../strategies/nameRules.ts";
import type { WriteOptions } from "../verbs/clusterState.ts";
import type { DeleteOptions } from "../verbs/deleteObject.ts";
import type { ListRequest } from "../verbs/listObjects.ts";
import type { WatchRequest } from "../verbs/watchObjects.ts";

/** Bytes of the longest field manager. */
const MANAGER_LIMIT = 128;
const POLICIES = ["Foreground", "Background", "Orphan"] as const;

/** Options of a create, an update or a patch; `optionsKind` names them in refusals. */
export function writeOptions(
  query: URLSearchParams,
  userAgent: string | undefined,
  optionsKind: "CreateOptions" | "UpdateOptions" | "PatchOptions",
): WriteOptions {
  const manager = query.get("fieldManager") ?? "";
  const causes: FieldCause[] = [...dryRunCauses(query)];
  if (Buffer.byteLength(manager) > MANAGER_LIMIT) {
    causes.push({
      reason: "FieldValueTooLong",
      message: `Too long: may not be more than ${MANAGER_LIMIT} bytes`,
      field: "fieldManager",
    });
  }
  const validation = query.get("fieldValidation") ?? "";
  if (!["", "Ignore", "Warn", "Strict"].includes(validation)) {
    causes.push({
      reason: "FieldValueNotSupported",
      message: `Unsupported value: ${JSON.stringify(validation)}: supported values: "Ignore", "Strict", "Warn"`,
      field: "fieldValidation",
    });
  }
  refuse(optionsKind, causes);
  return {
    manager: manager || defaultManager(userAgent),
    dryRun: query.has("dryRun") && query.get("dryRun") !== "",
    fieldValidation: (validation || "Warn") as FieldValidation,
  };
}

/** `force` of a patch, and the rules of an apply. */
export function patchForce(query: URLSearchParams, isApply: boolean): boolean {
  const causes: FieldCause[] = [];
  if (isApply && !query.get("fieldManager")) {
    causes.push({
      reason: "FieldValueRequired",
      message: "Required value: is required for apply patch",
      field: "fieldManager",
    });
  }
  if (!isApply && query.has("force")) {
    causes.push(forbiddenField("force", "may not be specified for non-apply patch"));
  }
  refuse("PatchOptions", causes);
  return isTrue(query.get("force"));
}

/** Options of a delete, from the query and from a DeleteOptions body; the body wins. */
export function deleteOptions(query: URLSearchParams, body: JsonValue | undefined): DeleteOptions {
  const given = asObject(body);
  const policy =
    asString(given.propagationPolicy) ?? query.get("propagationPolicy") ?? orphanPolicy(query, given);
  const causes: FieldCause[] = [...dryRunCauses(query)];
  if (policy !== undefined && !POLICIES.some((known) => known === policy)) {
    causes.push({
      reason: "FieldValueNotSupported",
      message: `Unsupported value: ${JSON.stringify(policy)}: supported values: "Foreground", "Background", "Orphan", "nil"`,
      field: "propagationPolicy",
    });
  }
  refuse("DeleteOptions", causes);
  const grace = given.gracePeriodSeconds ?? numberOf(query, "gracePeriodSeconds");
  const preconditions = asObject(given.preconditions);
  const uid = asString(preconditions.uid);
  const resourceVersion = asString(preconditions.resourceVersion);
  return {
    dryRun: asList(given.dryRun).length > 0 || (query.has("dryRun") && query.get("dryRun") !== ""),
    ...(policy === undefined ? {} : { propagation: policy as (typeof POLICIES)[number] }),
    ...(typeof grace === "number" ? { gracePeriodSeconds: grace } : {}),
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
}

/** What a list asks for, the namespace aside. */
export function listRequest(query: URLSearchParams): ListRequest {
  const limit = numberOf(query, "limit");
  refuse("ListOptions", matchCauses(query));
  return {
    ...selectors(query),
    ...(limit === undefined ? {} : { limit }),
    ...textOf(query, "continue", "continueToken"),
    ...textOf(query, "resourceVersion", "resourceVersion"),
    ...textOf(query, "resourceVersionMatch", "resourceVersionMatch"),
  };
}

/** A watch and its time limit in seconds. */
export interface WatchOptions extends WatchRequest {
  readonly timeoutSeconds?: number;
}

/** What a watch asks for, the namespace aside. */
export function watchOptions(query: URLSearchParams): WatchOptions {
  const initial = query.get("sendInitialEvents");
  if (initial === null) refuse("ListOptions", matchCauses(query));
  if (initial !== null && query.get("resourceVersionMatch") !== "NotOlderThan") {
    refuse("ListOptions", [
      forbiddenField(
        "resourceVersionMatch",
        "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
      ),
    ]);
  }
  const timeoutSeconds = numberOf(query, "timeoutSeconds");
  return {
    ...selectors(query),
    resourceVersion: query.get("resourceVersion") ?? "",
    sendInitialEvents: isTrue(initial),
    bookmarks: isTrue(query.get("allowWatchBookmarks")),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  };
}

/** `1`, `true`, and the other spellings Go takes. */
export function isTrue(value: string | null): boolean {
  return value !== null && ["1", "t", "true", "TRUE", "True", "T"].includes(value);
}

function selectors(query: URLSearchParams): Pick<ListRequest, "labelSelector" | "fieldSelector"> {
  return {
    ...textOf(query, "labelSelector", "labelSelector"),
    ...textOf(query, "fieldSelector", "fieldSelector"),
  };
}

function textOf<K extends string>(
  query: URLSearchParams,
  name: string,
  key: K,
): { readonly [P in K]?: string } {
  const value = query.get(name);
  return (value === null || value === "" ? {} : { [key]: value }) as { readonly [P in K]?: string };
}

function numberOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  if (!/^-?\d+$/.test(text)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return Number(text);
}

function orphanPolicy(
  query: URLSearchParams,
  body: { readonly orphanDependents?: unknown },
): string | undefined {
  const given = body.orphanDependents ?? query.get("orphanDependents") ?? undefined;
  if (given === undefined) return undefined;
  return given === true || given === "true" ? "Orphan" : "Background";
}

function matchCauses(query: URLSearchParams): readonly FieldCause[] {
  const match = query.get("resourceVersionMatch") ?? "";
  const version = query.get("resourceVersion") ?? "";
  const field = "resourceVersionMatch";
  if (match === "") return [];
  if (version === "") {
    return [forbiddenField(field, "resourceVersionMatch is forbidden unless resourceVersion is provided")];
  }
  if (match !== "Exact" && match !== "NotOlderThan") {
    const message = `Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan", ""`;
    return [{ reason: "FieldValueNotSupported", message, field }];
  }
  if (match === "NotOlderThan" || version !== "0") return [];
  return [forbiddenField(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"')];
}

function dryRunCauses(query: URLSearchParams): readonly FieldCause[] {
  const values = query.getAll("dryRun").filter((value) => value !== "");
  if (values.every((value) => value === "All")) return [];
  return [
    {
      reason: "FieldValueNotSupported",
      message: `Unsupported value: ${JSON.stringify(values)}: supported values: "All"`,
      field: "dryRun",
    },
  ];
}

function defaultManager(userAgent: string | undefined): string {
  return (userAgent ?? "").split("/")[0]?.slice(0, MANAGER_LIMIT) || "unknown";
}

function refuse(kind: string, causes: readonly FieldCause[]): void {
  if (causes.length > 0) throw invalid({ group: "meta.k8s.io", kind }, "", causes);
}
