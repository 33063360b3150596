import { asList, asObject, asString, isJsonObject } from "../object/json.ts";
import { type Convert, mapObjects, NoSuccessorError, omit, optional, withSpec } from "./conversion.ts";

const LEGACY_SIGNER = "kubernetes.io/legacy-unknown";

/** A CertificateSigningRequest in v1 names its signer and its usages. */
export const certificateSigningRequest: Convert = (object) => {
  const spec = asObject(object.spec);
  if (spec.signerName === undefined || spec.signerName === LEGACY_SIGNER) {
    throw new NoSuccessorError("v1 needs spec.signerName, and no longer has a signer for any purpose");
  }
  if (asList(spec.usages).length === 0) throw new NoSuccessorError("v1 needs spec.usages");
  return { object, warnings: [] };
};

/** An EndpointSlice in v1: node and zone of an endpoint are fields of their own. */
export const endpointSlice: Convert = (object) => {
  const endpoints = mapObjects(object.endpoints, (endpoint) => {
    if (!isJsonObject(endpoint.topology)) return endpoint;
    const { topology } = endpoint;
    const rest = omit(topology, HOST, ZONE);
    return {
      ...omit(endpoint, "topology"),
      ...optional("nodeName", endpoint.nodeName ?? topology[HOST]),
      ...optional("zone", endpoint.zone ?? topology[ZONE]),
      ...(Object.keys(rest).length > 0 && { deprecatedTopology: rest }),
    };
  });
  return { object: { ...object, ...optional("endpoints", endpoints) }, warnings: [] };
};

const HOST = "kubernetes.io/hostname";
const ZONE = "topology.kubernetes.io/zone";

/** Subjects of rbac.authorization.k8s.io/v1alpha1 had an `apiVersion` where v1 has `apiGroup`. */
export const alphaRoleBinding: Convert = (object) => {
  const subjects = mapObjects(object.subjects, (subject) => {
    const apiVersion = asString(subject.apiVersion);
    if (apiVersion === undefined) return subject;
    const slash = apiVersion.indexOf("/");
    return { ...omit(subject, "apiVersion"), apiGroup: slash < 0 ? "" : apiVersion.slice(0, slash) };
  });
  return { object: { ...object, ...optional("subjects", subjects) }, warnings: [] };
};

/** A RuntimeClass of node.k8s.io/v1alpha1 had its fields under `spec`. */
export const alphaRuntimeClass: Convert = (object) => {
  const { runtimeHandler, ...rest } = asObject(object.spec);
  const { spec: _, ...bare } = object;
  const { apiVersion, kind, metadata } = bare;
  const fields = { ...bare, ...rest, ...optional("handler", runtimeHandler) };
  return { object: { ...fields, apiVersion, kind, metadata }, warnings: [] };
};

/** A PriorityLevelConfiguration of flowcontrol v1beta1 and v1beta2 counted assured shares. */
export const priorityLevel: Convert = (object) => {
  const spec = asObject(object.spec);
  const limited = asObject(spec.limited);
  const { assuredConcurrencyShares } = limited;
  if (assuredConcurrencyShares === undefined) return { object, warnings: [] };
  const next = {
    ...omit(limited, "assuredConcurrencyShares"),
    nominalConcurrencyShares: assuredConcurrencyShares,
  };
  return { object: withSpec(object, { ...spec, limited: next }), warnings: [] };
};

/** An Event of events.k8s.io/v1beta1; the state of a series is gone. */
export const event: Convert = (object) => {
  const series = object.series;
  if (!isJsonObject(series)) return { object, warnings: [] };
  return { object: { ...object, series: omit(series, "state") }, warnings: [] };
};
