import type { JsonObject, JsonValue } from "../../src/object/json.ts";
import type { Scenario, Step } from "../sandbox/merge/scenario.ts";

/** Chances that come out the same for the same seed. */
interface Chance {
  /** True with this probability. */
  is(probability: number): boolean;
  oneOf<T>(options: readonly T[]): T;
  /** Some of the options, in any order; perhaps none. */
  someOf<T>(options: readonly T[]): readonly T[];
}

const PLURALS: Readonly<Record<string, readonly [apiVersion: string, plural: string]>> = {
  ConfigMap: ["v1", "configmaps"],
  Secret: ["v1", "secrets"],
  Service: ["v1", "services"],
  Deployment: ["apps/v1", "deployments"],
  StatefulSet: ["apps/v1", "statefulsets"],
  Role: ["rbac.authorization.k8s.io/v1", "roles"],
  Widget: ["example.com/v1", "widgets"],
};

/** Scenarios of three to seven random writes by several managers, the same for the same seed. */
export function randomScenarios(seed: number, count: number): readonly Scenario[] {
  const chance = createChance(seed);
  return Array.from({ length: count }, (_, index) => {
    const kind = chance.oneOf(Object.keys(PLURALS));
    const [apiVersion = "", plural = ""] = PLURALS[kind] ?? [];
    const first: Step = chance.is(0.3)
      ? { verb: "create", by: "u1", body: bodyOf(kind, true, chance) }
      : { verb: "apply", by: "m1", body: bodyOf(kind, true, chance) };
    const others = Array.from({ length: chance.oneOf([2, 3, 4, 5, 6]) }, () => randomStep(kind, chance));
    const resource = { apiVersion, kind, plural, namespaced: true };
    return { name: `random ${seed} ${index}`, resource, steps: [first, ...others] };
  });
}

function randomStep(kind: string, chance: Chance): Step {
  const roll = chance.oneOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const isWorkload = kind === "Deployment" || kind === "StatefulSet";
  if (roll === 6) return { verb: "merge", by: chance.oneOf(["m1", "u1"]), body: bodyOf(kind, false, chance) };
  if (roll === 7 && kind !== "Widget") {
    return { verb: "strategic", by: chance.oneOf(["u1", "u2"]), body: bodyOf(kind, false, chance) };
  }
  if (roll === 8 && isWorkload) {
    // always another number: a scale that changes nothing makes the real server split entries in two
    const replicas = 10 + chance.oneOf(Array.from({ length: 1000 }, (_, index) => index));
    return { verb: "scale", by: "kubectl", body: { spec: { replicas } } };
  }
  if (roll === 9 && kind !== "Widget" && kind !== "Service") {
    return { verb: "update", by: chance.oneOf(["u1", "m2"]), body: bodyOf(kind, true, chance) };
  }
  const force = chance.is(0.5) ? { force: true } : {};
  return {
    verb: "apply",
    by: chance.oneOf(["m1", "m2", "m3"]),
    body: bodyOf(kind, chance.is(0.5), chance),
    ...force,
  };
}

/** A body; a whole one can create the object, another names only a part of it. */
function bodyOf(kind: string, isWhole: boolean, chance: Chance): JsonObject {
  const metadata = {
    ...optional(chance, 0.4, "labels", () => texts(chance, ["a", "b", "c"])),
    ...optional(chance, 0.3, "annotations", () => texts(chance, ["x", "y"])),
    ...optional(chance, 0.2, "finalizers", () => chance.someOf(["example.com/a", "example.com/b"])),
  };
  return { ...(Object.keys(metadata).length > 0 ? { metadata } : {}), ...contentOf(kind, isWhole, chance) };
}

function contentOf(kind: string, isWhole: boolean, chance: Chance): JsonObject {
  switch (kind) {
    case "ConfigMap":
      return optional(chance, 0.8, "data", () => texts(chance, ["a", "b", "c", "d"]));
    case "Secret":
      return {
        ...optional(chance, 0.5, "stringData", () => texts(chance, ["a", "b"])),
        ...optional(chance, 0.5, "data", () =>
          members(chance, ["b", "c"], () => chance.oneOf(["eA==", "eQ=="])),
        ),
      };
    case "Role":
      return optional(chance, 0.8, "rules", () =>
        chance
          .someOf(["get", "list", "watch"])
          .map((verb) => ({ apiGroups: [""], resources: ["pods"], verbs: [verb] })),
      );
    case "Service":
      return { spec: serviceSpec(isWhole, chance) };
    case "Widget":
      return { spec: widgetSpec(chance) };
    default:
      return { spec: workloadSpec(kind, isWhole, chance) };
  }
}

function serviceSpec(isWhole: boolean, chance: Chance): JsonObject {
  const all = [
    { port: 1, protocol: "TCP" },
    { port: 1, protocol: "UDP" },
    { port: 2 },
    { port: 3, protocol: "TCP" },
  ];
  const some = chance.someOf(all);
  const ports = (isWhole && some.length === 0 ? [{ port: 2 }] : some).map((port: JsonObject) => ({
    name: `p${port.port}${String(port.protocol ?? "TCP").toLowerCase()}`,
    ...port,
    ...optional(chance, 0.3, "targetPort", () => chance.oneOf([8, "x"])),
  }));
  const selector = isWhole
    ? { selector: { app: "x" } }
    : optional(chance, 0.3, "selector", () => texts(chance, ["app", "t"]));
  return {
    ...selector,
    ports,
    ...optional(chance, 0.2, "publishNotReadyAddresses", () => chance.oneOf([true, false])),
  };
}

function widgetSpec(chance: Chance): JsonObject {
  return {
    ...optional(chance, 0.5, "size", () => chance.oneOf([1, 2, 3])),
    ...optional(chance, 0.3, "color", () => chance.oneOf(["red", "green"])),
    ...optional(chance, 0.5, "tags", () => chance.someOf(["a", "b", "c", "d"])),
    ...optional(chance, 0.6, "parts", () =>
      chance
        .someOf(["a", "b", "c", "d"])
        .map((name) => ({ name, ...optional(chance, 0.6, "weight", () => 1) })),
    ),
    ...optional(chance, 0.4, "free", () => ({
      ...optional(chance, 0.5, "x", () => ({ y: text(chance) })),
      ...optional(chance, 0.5, "z", () => chance.someOf([1, 2])),
      ...optional(chance, 0.3, "n", () => null),
    })),
    ...optional(chance, 0.4, "whole", () => texts(chance, ["a", "b"])),
    ...optional(chance, 0.3, "limits", () => texts(chance, ["a", "b"])),
    ...optional(chance, 0.2, "note", () => chance.oneOf([null, "n"])),
    ...optional(chance, 0.2, "port", () => chance.oneOf([1, "x"])),
  };
}

function workloadSpec(kind: string, isWhole: boolean, chance: Chance): JsonObject {
  return {
    template: { metadata: { labels: { app: "x" } }, spec: podSpec(isWhole, chance) },
    ...(isWhole ? { selector: { matchLabels: { app: "x" } } } : {}),
    ...optional(chance, 0.5, "replicas", () => chance.oneOf([0, 1, 2])),
    ...optional(chance, 0.2, "minReadySeconds", () => chance.oneOf([0, 5])),
    ...optional(chance, 0.2, "revisionHistoryLimit", () => chance.oneOf([10, 3])),
    ...(kind === "StatefulSet" ? { serviceName: "x" } : {}),
  };
}

function podSpec(isWhole: boolean, chance: Chance): JsonObject {
  const some = chance.someOf(["a", "b", "c"]);
  const names = isWhole && some.length === 0 ? ["a"] : some;
  const volumes = { volumes: [{ name: "v", emptyDir: {} }] };
  return {
    containers: names.map((name) => container(name, isWhole, chance)),
    ...(isWhole || chance.is(0.3) ? volumes : {}),
    ...optional(chance, 0.3, "nodeSelector", () => texts(chance, ["k", "l"])),
    ...optional(chance, 0.3, "terminationGracePeriodSeconds", () => chance.oneOf([0, 30, 60])),
    ...optional(chance, 0.2, "tolerations", () =>
      chance.someOf(["a", "b"]).map((key) => ({ key, operator: "Exists" })),
    ),
    ...optional(chance, 0.1, "hostNetwork", () => false),
    ...optional(chance, 0.2, "imagePullSecrets", () => chance.someOf(["s", "t"]).map((name) => ({ name }))),
  };
}

function container(name: string, isWhole: boolean, chance: Chance): JsonObject {
  const ports = [
    { containerPort: 80, protocol: "TCP" },
    { containerPort: 80, protocol: "UDP" },
    { containerPort: 81 },
  ];
  return {
    name,
    ...optional(chance, isWhole ? 1 : 0.4, "image", () => chance.oneOf(["i:1", "i:2"])),
    ...optional(chance, 0.3, "args", () => chance.someOf(["a", "b"])),
    ...optional(chance, 0.5, "env", () =>
      chance.someOf(["A", "B", "C"]).map((variable) => environment(variable, chance)),
    ),
    ...optional(chance, 0.4, "ports", () => chance.someOf(ports)),
    ...optional(chance, 0.4, "resources", () => ({
      limits: {
        ...optional(chance, 0.5, "cpu", () => chance.oneOf(["1", "1000m", "500m"])),
        ...optional(chance, 0.5, "memory", () => chance.oneOf(["1Gi", "1024Mi"])),
      },
    })),
    ...optional(chance, 0.2, "volumeMounts", () =>
      chance.someOf(["/a", "/b"]).map((mountPath) => ({ name: "v", mountPath })),
    ),
    ...optional(chance, 0.2, "livenessProbe", () => ({
      tcpSocket: { port: chance.oneOf([80, "x"]) },
      ...optional(chance, 0.5, "periodSeconds", () => chance.oneOf([3, 10])),
    })),
  };
}

function environment(name: string, chance: Chance): JsonObject {
  return chance.is(0.8)
    ? { name, value: text(chance) }
    : { name, valueFrom: { fieldRef: { fieldPath: "metadata.name" } } };
}

function optional(chance: Chance, probability: number, name: string, make: () => JsonValue): JsonObject {
  return chance.is(probability) ? { [name]: make() } : {};
}

function texts(chance: Chance, names: readonly string[]): JsonObject {
  return members(chance, names, () => text(chance));
}

function text(chance: Chance): string {
  return chance.oneOf(["1", "2", "3"]);
}

function members(chance: Chance, names: readonly string[], make: () => JsonValue): JsonObject {
  return Object.fromEntries(chance.someOf(names).map((name) => [name, make()]));
}

function createChance(seed: number): Chance {
  let state = seed;
  const next = (): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
  const oneOf = <T>(options: readonly T[]): T => options[Math.floor(next() * options.length)] as T;
  return {
    is: (probability) => next() < probability,
    oneOf,
    someOf: (options) => {
      const shuffled = options
        .map((option) => ({ option, at: next() }))
        .sort((a, b) => a.at - b.at)
        .map(({ option }) => option);
      return shuffled.slice(0, Math.floor(next() * (options.length + 1)));
    },
  };
}
