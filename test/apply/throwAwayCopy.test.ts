import { expect, test } from "vitest";
import { throwAwayCopy } from "../../src/apply/throwAwayCopy.ts";
import type { JsonObject } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";

const object = (kind: string, rest: JsonObject): KubeObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name: "a", namespace: "ns", labels: { app: "a" } },
  ...rest,
});
const service = (spec: JsonObject): KubeObject => object("Service", { spec });

interface Row {
  readonly title: string;
  readonly desired: KubeObject;
  readonly live: KubeObject;
  readonly expected: JsonObject;
}

test.each<Row>([
  {
    title: "an address and node ports that the live Service holds are left out",
    desired: service({
      clusterIP: "10.0.0.1",
      clusterIPs: ["10.0.0.1"],
      healthCheckNodePort: 30900,
      ports: [{ port: 80, nodePort: 30080 }],
    }),
    live: service({
      clusterIP: "10.0.0.1",
      clusterIPs: ["10.0.0.1"],
      healthCheckNodePort: 30900,
      ports: [{ port: 81, nodePort: 30080 }],
    }),
    expected: { spec: { ports: [{ port: 80 }] } },
  },
  {
    title: "a new address and a new node port stay, to be judged",
    desired: service({ clusterIP: "11.0.0.1", ports: [{ port: 80, nodePort: 99999 }] }),
    live: service({
      clusterIP: "10.0.0.1",
      clusterIPs: ["10.0.0.1"],
      ports: [{ port: 80, nodePort: 30080 }],
    }),
    expected: { spec: { clusterIP: "11.0.0.1", ports: [{ port: 80, nodePort: 99999 }] } },
  },
  {
    title: "a headless Service stays headless",
    desired: service({ clusterIP: "None", clusterIPs: ["None"] }),
    live: service({ clusterIP: "None", clusterIPs: ["None"] }),
    expected: { spec: { clusterIP: "None", clusterIPs: ["None"] } },
  },
  {
    title: "the volume of a claim is left out",
    desired: object("PersistentVolumeClaim", { spec: { volumeName: "v", storageClassName: "b" } }),
    live: object("PersistentVolumeClaim", { spec: { volumeName: "v", storageClassName: "a" } }),
    expected: { spec: { storageClassName: "b" } },
  },
  {
    title: "being the default class of priority is left out",
    desired: object("PriorityClass", { value: 2, globalDefault: true }),
    live: object("PriorityClass", { value: 1, globalDefault: true }),
    expected: { value: 2 },
  },
  {
    title: "other kinds stay as they are",
    desired: object("ConfigMap", { data: { a: "1" } }),
    live: object("ConfigMap", { data: { a: "2" } }),
    expected: { data: { a: "1" } },
  },
])("$title", ({ desired, live, expected }) => {
  const { apiVersion: _, kind: __, metadata, ...rest } = throwAwayCopy(desired, live);
  expect(rest).toEqual(expected);
  expect(metadata).toEqual({
    name: expect.stringMatching(/^lockstep-proof-[0-9a-f]{10}$/),
    namespace: "ns",
    labels: { app: "a" },
  });
});

test("a definition is renamed with its plural", () => {
  const definition = object("CustomResourceDefinition", {
    spec: { group: "x.example", names: { plural: "things", kind: "Thing" } },
  });
  const copy = throwAwayCopy(definition, definition);
  const plural = copy.metadata.name?.split(".")[0];
  expect(plural).toMatch(/^lockstep-proof-/);
  expect(copy.metadata.name).toBe(`${plural}.x.example`);
  expect(copy.spec).toEqual({ group: "x.example", names: { plural, kind: "Thing" } });
});
