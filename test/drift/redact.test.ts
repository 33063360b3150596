import { expect, test } from "vitest";
import { redactObject, redactSides, type Sides } from "../../src/drift/redact.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";

const SECRET = { apiVersion: "v1", kind: "Secret" };
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

test("values of a Secret are masked so that equality shows", () => {
  const secret: KubeObject = {
    ...SECRET,
    metadata: { name: "s", annotations: { [LAST_APPLIED]: '{"data":{"a":"eA=="}}', team: "db" } },
    type: "Opaque",
    data: { a: "eA==", b: "eQ==", c: "eA==" },
    stringData: { d: "x" },
  };
  expect(redactObject(secret)).toEqual({
    ...SECRET,
    metadata: { name: "s", annotations: { [LAST_APPLIED]: "•••", team: "db" } },
    type: "Opaque",
    data: { a: "••• (1)", b: "••• (2)", c: "••• (1)" },
    stringData: { d: "••• (3)" },
  });
});

test("so are those of a ConfigMap with a file that a Pipe task made", () => {
  const metadata = { name: "c", annotations: { "lockstep.dev/pipe-artifact": "make" } };
  const map: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata, binaryData: { a: "eA==" } };
  expect(redactObject(map)).toEqual({ ...map, binaryData: { a: "••• (1)" } });
  expect(redactSides(map, "/binaryData/a", { desired: "eA==", live: "eQ==" })).toEqual({
    desired: "••• (desired)",
    live: "••• (live)",
  });
});

test("other objects are shown as they are", () => {
  const map: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" }, data: { a: "x" } };
  expect(redactObject(map)).toBe(map);
});

test.each<readonly [pointer: string, sides: Sides, shown: Sides]>([
  ["/data/a", { desired: "eA==", live: "eQ==" }, { desired: "••• (desired)", live: "••• (live)" }],
  ["/data/a", { desired: "eA==" }, { desired: "••• (desired)" }],
  ["/data", { desired: { a: "eA==", b: "eQ==" } }, { desired: { a: "••• (desired)", b: "••• (desired)" } }],
  ["/stringData/a", { live: "x" }, { live: "••• (live)" }],
  [
    "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration",
    { desired: "{}", live: "{1}" },
    { desired: "••• (desired)", live: "••• (live)" },
  ],
  ["/type", { desired: "Opaque", live: "x" }, { desired: "Opaque", live: "x" }],
  ["/metadata/labels/data", { desired: "1", live: "2" }, { desired: "1", live: "2" }],
])("of a Secret, %s %j is shown as %j", (pointer, sides, shown) => {
  expect(redactSides(SECRET, pointer, sides)).toEqual(shown);
});
