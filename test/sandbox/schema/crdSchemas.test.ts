import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kubeObject.ts";
import { compileCrdSchemas } from "../../../src/sandbox/schema/crdSchemas.ts";
import { openApiDocument } from "../../../src/sandbox/schema/openApiDocument.ts";

function crd(openAPIV3Schema: JsonObject | undefined): KubeObject {
  const schema = openAPIV3Schema ? { schema: { openAPIV3Schema } } : {};
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "widgets.example.com" },
    spec: {
      group: "example.com",
      names: { kind: "Widget", plural: "widgets" },
      scope: "Namespaced",
      versions: [{ name: "v1", served: true, storage: true, ...schema }],
    },
  } as unknown as KubeObject;
}

const AT = "spec.validation.openAPIV3Schema";

// the messages are those of kube-apiserver 1.36.3
test.each<[string, JsonObject | undefined, string, string]>([
  ["no type at the root", {}, `${AT}.type`, "Required value: must not be empty at the root"],
  [
    "a list at the root",
    { type: "array" },
    `${AT}.type`,
    'Invalid value: "array": must be object at the root',
  ],
  [
    "a member without a type",
    { type: "object", properties: { a: {} } },
    `${AT}.properties[a].type`,
    "Required value: must not be empty for specified object fields",
  ],
  [
    "items without a type",
    { type: "object", properties: { a: { type: "array", items: {} } } },
    `${AT}.properties[a].items.type`,
    "Required value: must not be empty for specified array items",
  ],
])("%s is not structural", (_, schema, field, message) => {
  const compiled = compileCrdSchemas(crd(schema));
  expect(compiled.kind === "refused" ? compiled.causes : undefined).toContainEqual(
    expect.objectContaining({ field, message }),
  );
});

test("the document of a custom group holds its kind and what it refers to", () => {
  const document = openApiDocument("example.com", "v1", [crd({ type: "object" })]) as unknown as {
    readonly paths: Readonly<Record<string, unknown>>;
    readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
  };
  expect(Object.keys(document.components.schemas)).toEqual(
    expect.arrayContaining(["com.example.v1.Widget", "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"]),
  );
  expect(Object.keys(document.paths)).toContain("/apis/example.com/v1/namespaces/{namespace}/widgets/{name}");
});

test("strategic patches are offered for built-in kinds alone", () => {
  const strategic = "application/strategic-merge-patch+json";
  expect(JSON.stringify(openApiDocument("example.com", "v1", [crd({ type: "object" })]))).not.toContain(
    strategic,
  );
  expect(JSON.stringify(openApiDocument("apps", "v1", []))).toContain(strategic);
});

test("nothing of our own marks is published, and unknown groups have no document", () => {
  expect(JSON.stringify(openApiDocument("apps", "v1", []))).not.toContain("x-zero");
  expect(openApiDocument("nothing.example.com", "v1", [])).toBeUndefined();
});
