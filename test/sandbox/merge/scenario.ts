import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject, JsonValue } from "../../../src/object/json.ts";

/** A kind as requests need it. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

const VERBS = ["create", "update", "apply", "merge", "json", "strategic", "scale"] as const;

/** One request of a scenario. Its object has the scenario's name; `body` lacks apiVersion, kind and metadata.name. */
export interface Step {
  readonly verb: (typeof VERBS)[number];
  /** Field manager. */
  readonly by: string;
  readonly body: JsonValue;
  readonly force?: boolean;
  readonly subresource?: "status";
  readonly validation?: "Ignore" | "Warn" | "Strict";
}

/** Requests to one object, in order. */
export interface Scenario {
  /** A sentence; the object's name is made of it. */
  readonly name: string;
  readonly resource: Resource;
  readonly steps: readonly Step[];
}

/** What the real server answered to one step, without what differs from run to run. */
export interface RecordedAnswer {
  readonly code: number;
  /** The object, or the Status of a refusal. */
  readonly body: JsonObject;
  readonly warnings: readonly string[];
  /** True when the object was written. */
  readonly changed: boolean;
}

/** Answers by scenario name, one per step. */
export type Recording = Readonly<Record<string, readonly RecordedAnswer[]>>;

export const NAMESPACE = "scenarios";

/** Plurals that are not the kind in lower case with an s. */
const PLURALS: Readonly<Record<string, string>> = {
  Ingress: "ingresses",
  NetworkPolicy: "networkpolicies",
  PriorityClass: "priorityclasses",
  StorageClass: "storageclasses",
};

const CLUSTER_SCOPED: readonly string[] = [
  "ClusterRole",
  "ClusterRoleBinding",
  "MutatingWebhookConfiguration",
  "Namespace",
  "PersistentVolume",
  "PriorityClass",
  "StorageClass",
  "ValidatingWebhookConfiguration",
];

/**
 * The scenarios: `scenarios.jsonl` has one a line, `{ name, resource: "apps/v1 Deployment", steps }`, a step being
 * `{ <verb>: body, by, force?, subresource?, validation? }`.
 */
export function loadScenarios(): readonly Scenario[] {
  const text = readFileSync(join(import.meta.dirname, "scenarios.jsonl"), "utf8");
  return text.trim().split("\n").map(parseScenario);
}

function parseScenario(line: string): Scenario {
  const { name, resource, steps } = JSON.parse(line) as {
    readonly name: string;
    readonly resource: string;
    readonly steps: readonly JsonObject[];
  };
  const [apiVersion = "", kind = ""] = resource.split(" ");
  const plural = PLURALS[kind] ?? `${kind.toLowerCase()}s`;
  return {
    name,
    resource: { apiVersion, kind, plural, namespaced: !CLUSTER_SCOPED.includes(kind) },
    steps: steps.map(parseStep),
  };
}

function parseStep(step: JsonObject): Step {
  const verb = VERBS.find((candidate) => candidate in step);
  if (!verb) throw new Error(`no verb in ${JSON.stringify(step)}`);
  const { [verb]: body, ...more } = step;
  return { verb, body, ...more } as unknown as Step;
}

/** Name of a scenario's object. */
export function objectName({ name }: Scenario): string {
  const words = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return words.slice(0, 50).replaceAll(/^-|-$/g, "");
}

/** The body of a step as it is sent. */
export function bodyOf(scenario: Scenario, step: Step): JsonValue {
  if (step.verb !== "create" && step.verb !== "update" && step.verb !== "apply") return step.body;
  const { apiVersion, kind, namespaced } = scenario.resource;
  const body = step.body as JsonObject;
  const metadata = {
    name: objectName(scenario),
    ...(namespaced ? { namespace: NAMESPACE } : {}),
    ...(body.metadata as JsonObject | undefined),
  };
  return { apiVersion, kind, ...body, metadata };
}
