import { createHash } from "node:crypto";
import type { JsonObject, JsonValue } from "../../object/json.ts";
import { asList, asObject } from "../../object/json.ts";
import type { ClusterState } from "../verbs/clusterState.ts";

const CRDS = "apiextensions.k8s.io/customresourcedefinitions";

/** `/openapi/v3`: where the document of each group version lies. The hash changes with its CRDs. */
export function openApiIndex(state: ClusterState): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const { group, versions } of state.registry.groups()) {
    for (const version of versions) {
      const path = group === "" ? `api/${version}` : `apis/${group}/${version}`;
      paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hashOf(state, group)}` };
    }
  }
  return { paths };
}

/** `/openapi/v3/api/v1`, `/openapi/v3/apis/<group>/<version>`; `undefined` when nothing is served there. */
export function openApiDocument(state: ClusterState, segments: readonly string[]): JsonValue | undefined {
  const [root, first, second, ...rest] = segments;
  if (rest.length > 0) return undefined;
  if (root === "api" && first && second === undefined) return state.pipeline.openApiDocument("", first, []);
  if (root !== "apis" || !first || !second) return undefined;
  return state.pipeline.openApiDocument(first, second, crdsOf(state, first));
}

function crdsOf(
  state: ClusterState,
  group: string,
): ReturnType<ReturnType<ClusterState["store"]["collection"]>["list"]> {
  return state.store
    .collection(CRDS)
    .list()
    .filter((crd) => asObject(crd.spec).group === group);
}

function hashOf(state: ClusterState, group: string): string {
  const marks = crdsOf(state, group).map(({ metadata, spec }) => [
    metadata.uid,
    metadata.generation,
    asList(asObject(spec).versions).length,
  ]);
  return createHash("sha512")
    .update(JSON.stringify(["1.36.3", group, marks]))
    .digest("hex")
    .toUpperCase();
}
