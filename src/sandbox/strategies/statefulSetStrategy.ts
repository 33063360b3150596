import { asObject, deepEqual, type JsonObject } from "../../object/json.ts";
import type { KindStrategy } from "./kindStrategy.ts";
import { forbiddenField } from "./nameRules.ts";
import { podSpecCauses, selectorCauses } from "./podTemplateRules.ts";

/** Of a StatefulSet's spec only a few members may change. Mounts of its claim templates are known volumes. */
export const statefulSetStrategy: KindStrategy = {
  validateCreate: ({ spec }) => [...selectorCauses(spec), ...templateCauses(spec)],
  validateUpdate(next, live) {
    const causes = [...selectorCauses(next.spec), ...templateCauses(next.spec)];
    if (deepEqual(fixedPart(next.spec), fixedPart(live.spec))) return causes;
    return [
      ...causes,
      forbiddenField(
        "spec",
        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
      ),
    ];
  },
};

function templateCauses(spec: unknown): ReturnType<typeof podSpecCauses> {
  const { template, volumeClaimTemplates } = asObject(spec);
  const claims = Array.isArray(volumeClaimTemplates) ? volumeClaimTemplates : [];
  const podSpec = asObject(asObject(template).spec);
  const volumes = Array.isArray(podSpec.volumes) ? podSpec.volumes : [];
  const named = claims.map((claim) => ({ name: asObject(asObject(claim).metadata).name ?? "" }));
  return podSpecCauses({ ...podSpec, volumes: [...volumes, ...named] }, "spec.template.spec");
}

function fixedPart(spec: unknown): JsonObject {
  const {
    replicas: _replicas,
    ordinals: _ordinals,
    template: _template,
    updateStrategy: _updateStrategy,
    revisionHistoryLimit: _revisionHistoryLimit,
    persistentVolumeClaimRetentionPolicy: _retention,
    minReadySeconds: _minReadySeconds,
    ...rest
  } = asObject(spec);
  return rest;
}
