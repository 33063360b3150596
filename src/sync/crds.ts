import type { JsonObject } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import type { ObjectRef } from "../object/objectRef.ts";
import type { InstanceKey } from "../object/ownership.ts";

/** The API of KUDO that we serve. */
export const KUDO_API_VERSION = "kudo.dev/v1beta1";

/** Reference to the custom resource of an instance. */
export function instanceRef({ namespace, name }: InstanceKey): ObjectRef {
  return { apiVersion: KUDO_API_VERSION, kind: "Instance", namespace, name };
}

const TEXT: JsonObject = { type: "string" };
const FLAG: JsonObject = { type: "boolean" };
const TIME: JsonObject = { type: "string", format: "date-time" };
const TEXTS: JsonObject = { type: "array", items: TEXT };

const list = (items: JsonObject): JsonObject => ({ type: "array", items });
const nullable = (schema: JsonObject): JsonObject => ({ ...schema, nullable: true });
const map = (additionalProperties: JsonObject): JsonObject => ({ type: "object", additionalProperties });
const object = (properties: JsonObject, description?: string): JsonObject => ({
  type: "object",
  ...(description !== undefined && { description }),
  properties,
});

const OBJECT_REFERENCE = object({
  apiVersion: TEXT,
  fieldPath: TEXT,
  kind: TEXT,
  name: TEXT,
  namespace: TEXT,
  resourceVersion: TEXT,
  uid: TEXT,
});

const MAINTAINERS = list(object({ name: TEXT, email: TEXT }));

const OPERATOR_SPEC = object(
  {
    description: TEXT,
    kubernetesVersion: TEXT,
    kudoVersion: TEXT,
    maintainers: MAINTAINERS,
    namespaceManifest: TEXT,
    url: TEXT,
  },
  "What an operator is, whatever its version.",
);

const TASK = object({
  name: TEXT,
  kind: TEXT,
  spec: object(
    {
      appVersion: TEXT,
      done: FLAG,
      fatal: FLAG,
      instanceName: TEXT,
      operatorVersion: TEXT,
      package: TEXT,
      parameter: TEXT,
      parameterFile: TEXT,
      pipe: nullable(list(object({ file: TEXT, envFile: TEXT, kind: TEXT, key: TEXT }))),
      pod: TEXT,
      resources: nullable(TEXTS),
      wantErr: FLAG,
    },
    "The fields of all kinds of tasks side by side; those of other kinds are ignored.",
  ),
});

const PARAMETER = object({
  name: TEXT,
  displayName: TEXT,
  description: TEXT,
  required: FLAG,
  default: TEXT,
  trigger: TEXT,
  "value-type": TEXT,
  immutable: FLAG,
  enum: TEXTS,
});

const STEP = object({ name: TEXT, tasks: TEXTS });
const PHASE = object({ name: TEXT, strategy: TEXT, steps: list(STEP) });
const PLAN = object({ strategy: TEXT, phases: nullable(list(PHASE)) });

const OPERATOR_VERSION_SPEC = object(
  {
    operator: OBJECT_REFERENCE,
    version: TEXT,
    appVersion: TEXT,
    connectionString: TEXT,
    upgradableFrom: list(OBJECT_REFERENCE),
    templates: map(TEXT),
    tasks: list(TASK),
    parameters: list(PARAMETER),
    plans: nullable(map(PLAN)),
  },
  "One version of an operator: its tasks, plans, parameters and templates.",
);

const INSTANCE_SPEC = object(
  {
    operatorVersion: OBJECT_REFERENCE,
    parameters: map(TEXT),
    planExecution: object(
      { planName: TEXT, uid: TEXT, status: TEXT },
      "A request to run a plan. It is emptied once it was taken.",
    ),
  },
  "An installation of an operator.",
);

const STATUS_OF = { name: TEXT, status: TEXT, message: TEXT };
const PLAN_STATUS = object({
  ...STATUS_OF,
  uid: TEXT,
  lastUpdatedTimestamp: nullable(TIME),
  phases: list(object({ ...STATUS_OF, steps: list(object(STATUS_OF)) })),
});

/** The standard condition of Kubernetes, with the rules that its own types have. */
const CONDITION: JsonObject = {
  ...object({
    type: {
      ...TEXT,
      maxLength: 316,
      pattern:
        "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$",
    },
    status: { ...TEXT, enum: ["True", "False", "Unknown"] },
    reason: {
      ...TEXT,
      minLength: 1,
      maxLength: 1024,
      pattern: "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$",
    },
    message: { ...TEXT, maxLength: 32768 },
    lastTransitionTime: TIME,
    observedGeneration: { type: "integer", format: "int64", minimum: 0 },
  }),
  required: ["lastTransitionTime", "message", "reason", "status", "type"],
};

const INSTANCE_STATUS = object({
  planStatus: map(PLAN_STATUS),
  conditions: list(CONDITION),
});

interface Kind {
  readonly kind: string;
  readonly plural: string;
  readonly spec: JsonObject;
  readonly status: JsonObject;
  readonly hasStatus: boolean;
  readonly columns: readonly JsonObject[];
}

const column = (name: string, jsonPath: string, type = "string", description = ""): JsonObject => ({
  name,
  type,
  jsonPath,
  ...(description && { description }),
});
const AGE = column("Age", ".metadata.creationTimestamp", "date");
const NO_STATUS: JsonObject = { type: "object" };

const KINDS: readonly Kind[] = [
  {
    kind: "Operator",
    plural: "operators",
    spec: OPERATOR_SPEC,
    status: NO_STATUS,
    hasStatus: false,
    columns: [AGE],
  },
  {
    kind: "OperatorVersion",
    plural: "operatorversions",
    spec: OPERATOR_VERSION_SPEC,
    status: NO_STATUS,
    hasStatus: false,
    columns: [
      column("Operator", ".spec.operator.name"),
      column("Version", ".spec.version"),
      column("App", ".spec.appVersion"),
      AGE,
    ],
  },
  {
    kind: "Instance",
    plural: "instances",
    spec: INSTANCE_SPEC,
    status: INSTANCE_STATUS,
    hasStatus: true,
    columns: [
      column("Operator-Version", ".spec.operatorVersion.name"),
      column("Ready", '.status.conditions[?(@.type=="Ready")].status'),
      column("Reason", '.status.conditions[?(@.type=="Ready")].reason'),
      AGE,
    ],
  },
];

/** The CustomResourceDefinitions of Operator, OperatorVersion and Instance; KUDO's own clients work with them. */
export const CRDS: readonly KubeObject[] = KINDS.map(definitionOf);

function definitionOf({ kind, plural, spec, status, hasStatus, columns }: Kind): KubeObject {
  const singular = kind.toLowerCase();
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.kudo.dev` },
    spec: {
      group: "kudo.dev",
      scope: "Namespaced",
      names: { kind, listKind: `${kind}List`, plural, singular },
      versions: [
        {
          name: "v1beta1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: object({
              apiVersion: TEXT,
              kind: TEXT,
              metadata: { type: "object" },
              spec,
              status,
            }),
          },
          ...(hasStatus && { subresources: { status: {} } }),
          additionalPrinterColumns: columns,
        },
      ],
    },
  };
}
