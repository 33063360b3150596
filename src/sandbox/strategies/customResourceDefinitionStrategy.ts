import { asList, asObject, asString } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { childOf, type Draft, type ObjectDraft } from "../draft.ts";
import type { FieldCause } from "../objectPipeline.ts";
import type { KindStrategy } from "./kindStrategy.ts";
import { immutable } from "./metadataRules.ts";
import { invalidValue, required } from "./nameRules.ts";

/** Holds a definition that is being deleted until its objects are gone. */
export const CLEANUP_FINALIZER = "customresourcecleanup.apiextensions.k8s.io";

/** Names, versions and scope of a CustomResourceDefinition. Its schemas are the typed part's to judge. */
export const customResourceDefinitionStrategy: KindStrategy = {
  prepareCreate(draft) {
    fillNames(draft);
    draft.status = {
      conditions: [],
      acceptedNames: { plural: "", kind: "" },
      storedVersions: [storageVersion(draft as KubeObject)],
    };
  },
  prepareUpdate: fillNames,
  deletionFinalizers: [CLEANUP_FINALIZER],
  validateCreate: definitionCauses,
  validateUpdate: (next, live) => [
    ...definitionCauses(next),
    ...immutable("spec.scope", asObject(next.spec).scope, asObject(live.spec).scope),
    ...immutable("spec.group", asObject(next.spec).group, asObject(live.spec).group),
    ...immutable("spec.names.kind", namesOf(next).kind, namesOf(live).kind),
    ...immutable("spec.names.plural", namesOf(next).plural, namesOf(live).plural),
  ],
};

/** Version in which the objects of a CRD are kept. */
export function storageVersion(crd: KubeObject): string {
  const stored = asList(asObject(crd.spec).versions).find((version) => asObject(version).storage === true);
  return asString(asObject(stored).name) ?? "";
}

function fillNames(draft: ObjectDraft): void {
  const spec = childOf(draft, "spec");
  const names: Draft = childOf(spec, "names");
  const kind = asString(names.kind) ?? "";
  if (!names.singular) names.singular = kind.toLowerCase();
  if (!names.listKind && kind !== "") names.listKind = `${kind}List`;
  if (spec.conversion === undefined) spec.conversion = { strategy: "None" };
}

function namesOf(crd: KubeObject): ReturnType<typeof asObject> {
  return asObject(asObject(crd.spec).names);
}

function definitionCauses(crd: KubeObject): readonly FieldCause[] {
  const spec = asObject(crd.spec);
  const names = namesOf(crd);
  const versions = asList(spec.versions).map(asObject);
  const causes: FieldCause[] = [];
  const expected = `${names.plural ?? ""}.${spec.group ?? ""}`;
  if (crd.metadata.name !== expected) {
    causes.push(
      invalidValue("metadata.name", crd.metadata.name ?? "", 'must be spec.names.plural+"."+spec.group'),
    );
  }
  if (!spec.group) causes.push(required("spec.group"));
  if (spec.scope !== "Namespaced" && spec.scope !== "Cluster") causes.push(required("spec.scope"));
  for (const member of ["plural", "kind"]) {
    if (!names[member]) causes.push(required(`spec.names.${member}`));
  }
  if (versions.filter((version) => version.storage === true).length !== 1) {
    causes.push(
      invalidValue("spec.versions", null, "must have exactly one version marked as storage version"),
    );
  }
  versions.forEach((version, index) => {
    if (asObject(version.schema).openAPIV3Schema === undefined) {
      causes.push(required(`spec.versions[${index}].schema.openAPIV3Schema`, "schemas are required"));
    }
  });
  return causes;
}
