import { asObject, asString, type JsonObject } from "../../../object/json.ts";
import { atMember, inItems, inMember, inTurn, withMissing } from "./fill.ts";
import { claimSpecDefaults } from "./storageDefaults.ts";

// @see kubernetes/kubernetes pkg/apis/core/v1/defaults.go

/** Members of volumes that say where their content comes from. */
const VOLUME_NAME = "name";

/** A pod template: of Deployments, StatefulSets, Jobs and so on. */
export function podTemplateDefaults(template: JsonObject): JsonObject {
  return atMember(template, "spec", podSpecDefaults);
}

/** A bare Pod: as a template, and requests follow limits. */
export function podDefaults(pod: JsonObject): JsonObject {
  return inMember(pod, "spec", (spec) =>
    inTurn(
      withMissing(podSpecDefaults(spec), { enableServiceLinks: true }),
      (filled) => inItems(filled, "containers", requestsFollowLimits),
      (filled) => inItems(filled, "initContainers", requestsFollowLimits),
    ),
  );
}

function requestsFollowLimits(container: JsonObject): JsonObject {
  return inMember(container, "resources", (resources) =>
    resources.limits === undefined
      ? resources
      : { ...resources, requests: withMissing(asObject(resources.requests), asObject(resources.limits)) },
  );
}

/** The spec of a pod, wherever it stands. */
function podSpecDefaults(spec: JsonObject): JsonObject {
  const account = asString(spec.serviceAccountName) ?? asString(spec.serviceAccount);
  const container = (item: JsonObject): JsonObject => containerDefaults(item, spec.hostNetwork === true);
  return inTurn(
    withMissing(spec, {
      dnsPolicy: "ClusterFirst",
      restartPolicy: "Always",
      schedulerName: "default-scheduler",
      securityContext: {},
      terminationGracePeriodSeconds: 30,
      ...(account ? { serviceAccountName: account, serviceAccount: account } : {}),
    }),
    (filled) => inItems(filled, "containers", container),
    (filled) => inItems(filled, "initContainers", container),
    (filled) => inItems(filled, "ephemeralContainers", container),
    (filled) => inItems(filled, "volumes", volumeDefaults),
  );
}

function containerDefaults(container: JsonObject, usesHostNetwork: boolean): JsonObject {
  const pullPolicy = imagePullPolicy(asString(container.image) ?? "");
  return inTurn(
    withMissing(container, {
      terminationMessagePath: "/dev/termination-log",
      terminationMessagePolicy: "File",
      imagePullPolicy: pullPolicy,
    }),
    (filled) => inItems(filled, "ports", (port) => portDefaults(port, usesHostNetwork)),
    (filled) => inItems(filled, "env", (env) => inMember(env, "valueFrom", fieldRefDefaults)),
    (filled) => inMember(filled, "livenessProbe", probeDefaults),
    (filled) => inMember(filled, "readinessProbe", probeDefaults),
    (filled) => inMember(filled, "startupProbe", probeDefaults),
    (filled) =>
      inMember(filled, "lifecycle", (lifecycle) =>
        inTurn(
          lifecycle,
          (hooks) => inMember(hooks, "postStart", handlerDefaults),
          (hooks) => inMember(hooks, "preStop", handlerDefaults),
        ),
      ),
  );
}

function portDefaults(port: JsonObject, usesHostNetwork: boolean): JsonObject {
  const filled = withMissing(port, { protocol: "TCP" });
  return usesHostNetwork ? withMissing(filled, { hostPort: port.containerPort }) : filled;
}

/** `Always` for the tag latest, named or not; an image by digest is never pulled again. */
function imagePullPolicy(image: string): string {
  if (image.includes("@")) return "IfNotPresent";
  const tag = image.slice(image.lastIndexOf("/") + 1).split(":")[1];
  return tag === undefined || tag === "latest" ? "Always" : "IfNotPresent";
}

function probeDefaults(probe: JsonObject): JsonObject {
  return withMissing(handlerDefaults(probe), {
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  });
}

function handlerDefaults(handler: JsonObject): JsonObject {
  return inTurn(
    handler,
    (filled) => inMember(filled, "httpGet", (get) => withMissing(get, { path: "/", scheme: "HTTP" })),
    (filled) => inMember(filled, "grpc", (grpc) => withMissing(grpc, { service: "" })),
  );
}

function fieldRefDefaults(source: JsonObject): JsonObject {
  return inMember(source, "fieldRef", (ref) => withMissing(ref, { apiVersion: "v1" }));
}

function volumeDefaults(volume: JsonObject): JsonObject {
  const hasSource = Object.keys(volume).some((name) => name !== VOLUME_NAME);
  const modeDefault = (source: JsonObject): JsonObject => withMissing(source, { defaultMode: 0o644 });
  return inTurn(
    hasSource ? volume : { ...volume, emptyDir: {} },
    (filled) => inMember(filled, "secret", modeDefault),
    (filled) => inMember(filled, "configMap", modeDefault),
    (filled) =>
      inMember(filled, "downwardAPI", (source) => inItems(modeDefault(source), "items", fieldRefDefaults)),
    (filled) =>
      inMember(filled, "projected", (source) => inItems(modeDefault(source), "sources", projectionDefaults)),
    (filled) => inMember(filled, "hostPath", (source) => withMissing(source, { type: "" })),
    (filled) => inMember(filled, "iscsi", (source) => withMissing(source, { iscsiInterface: "default" })),
    (filled) =>
      inMember(filled, "ephemeral", (source) =>
        inMember(source, "volumeClaimTemplate", (claim) => inMember(claim, "spec", claimSpecDefaults)),
      ),
  );
}

function projectionDefaults(source: JsonObject): JsonObject {
  return inTurn(
    source,
    (filled) =>
      inMember(filled, "serviceAccountToken", (token) => withMissing(token, { expirationSeconds: 3600 })),
    (filled) => inMember(filled, "downwardAPI", (api) => inItems(api, "items", fieldRefDefaults)),
  );
}
