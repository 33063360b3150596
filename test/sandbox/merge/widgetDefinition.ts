import type { JsonObject } from "../../../src/object/json.ts";

/** The custom kind of the scenarios. */
export const widgetDefinition: JsonObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.example.com" },
  spec: {
    group: "example.com",
    names: { kind: "Widget", listKind: "WidgetList", plural: "widgets", singular: "widget" },
    scope: "Namespaced",
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: "object",
            required: ["spec"],
            properties: {
              spec: {
                type: "object",
                properties: {
                  size: { type: "integer", minimum: 1, maximum: 10, default: 2 },
                  color: { type: "string", enum: ["red", "green"], default: "green" },
                  code: { type: "string", pattern: "^[a-z]+$" },
                  note: { type: "string", nullable: true, maxLength: 5 },
                  port: { "x-kubernetes-int-or-string": true },
                  tags: { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" },
                  limits: { type: "object", maxProperties: 2, additionalProperties: { type: "string" } },
                  whole: {
                    type: "object",
                    "x-kubernetes-map-type": "atomic",
                    additionalProperties: { type: "string" },
                  },
                  free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
                  parts: {
                    type: "array",
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["name"],
                    items: {
                      type: "object",
                      required: ["name"],
                      properties: { name: { type: "string" }, weight: { type: "integer" } },
                    },
                  },
                },
              },
              status: { type: "object", properties: { phase: { type: "string" } } },
            },
          },
        },
      },
    ],
  },
};
