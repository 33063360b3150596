import { Agent, request } from "undici";
import type { JsonObject, JsonValue } from "../../../src/object/json.ts";
import {
  bodyOf,
  NAMESPACE,
  objectName,
  type RecordedAnswer,
  type Recording,
  type Scenario,
  type Step,
} from "./scenario.ts";
import { widgetDefinition } from "./widgetDefinition.ts";

/** How to reach an API server that runs without controllers. */
export interface BareServer {
  readonly server: string;
  readonly token: string;
}

interface Answer {
  readonly code: number;
  readonly body: JsonObject;
  readonly warnings: readonly string[];
}

const CONTENT_TYPES: Readonly<Record<Step["verb"], string>> = {
  create: "application/json",
  update: "application/json",
  apply: "application/apply-patch+yaml",
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
  scale: "application/merge-patch+json",
};

/** Plays scenarios against a server and answers what it said. */
export async function recordScenarios(
  { server, token }: BareServer,
  scenarios: readonly Scenario[],
): Promise<Recording> {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  const call = async (
    method: string,
    path: string,
    body?: JsonValue,
    type = "application/json",
  ): Promise<Answer> => {
    const answer = await request(`${server}${path}`, {
      method: method as "GET",
      dispatcher,
      headers: { authorization: `Bearer ${token}`, "content-type": type, accept: "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    const parsed = text.startsWith("{") ? (JSON.parse(text) as JsonObject) : { text };
    return { code: answer.statusCode, body: parsed, warnings: warningsOf(answer.headers.warning) };
  };
  try {
    await prepare(call);
    const recording: Record<string, readonly RecordedAnswer[]> = {};
    for (const scenario of scenarios) recording[scenario.name] = await play(scenario, call);
    return recording;
  } finally {
    await dispatcher.close();
  }
}

/** The texts of `Warning` headers, which may come in one line. */
function warningsOf(header: string | readonly string[] | undefined): readonly string[] {
  return [header ?? []]
    .flat()
    .flatMap((line) => line.split(/, (?=299 - ")/))
    .map((line) => line.replace(/^299 - "(.*)"$/, "$1").replaceAll('\\"', '"'));
}

type Call = (method: string, path: string, body?: JsonValue, type?: string) => Promise<Answer>;

async function prepare(call: Call): Promise<void> {
  await call("POST", "/api/v1/namespaces", {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: NAMESPACE },
  });
  await call("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", widgetDefinition);
  for (let attempt = 0; attempt < 100; attempt++) {
    const { code } = await call("GET", `/apis/example.com/v1/namespaces/${NAMESPACE}/widgets`);
    const openApi = await call("GET", "/openapi/v3/apis/example.com/v1");
    if (code === 200 && openApi.code === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the custom kind of the scenarios is not served");
}

async function play(scenario: Scenario, call: Call): Promise<readonly RecordedAnswer[]> {
  const collection = collectionPath(scenario);
  const path = `${collection}/${objectName(scenario)}`;
  const answers: RecordedAnswer[] = [];
  let live: JsonObject | undefined;
  for (const step of scenario.steps) {
    const before = resourceVersion(live);
    const answer = await send(step, scenario, { collection, path }, call);
    const isObject = answer.code < 300;
    if (isObject) live = step.verb === "scale" ? (await call("GET", path)).body : answer.body;
    answers.push({
      code: answer.code,
      body: withoutAccidents(isObject && live ? live : answer.body),
      warnings: answer.warnings,
      changed: isObject && resourceVersion(live) !== before,
    });
  }
  await call("PATCH", path, { metadata: { finalizers: null } }, CONTENT_TYPES.merge);
  await call("DELETE", path, { gracePeriodSeconds: 0, propagationPolicy: "Background" });
  if (scenario.resource.kind === "Namespace") {
    const { apiVersion, kind } = scenario.resource;
    await call("PUT", `${path}/finalize`, {
      apiVersion,
      kind,
      metadata: { name: objectName(scenario) },
      spec: {},
    });
  }
  return answers;
}

function collectionPath({ resource }: Scenario): string {
  const { apiVersion, plural, namespaced } = resource;
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}${namespaced ? `/namespaces/${NAMESPACE}` : ""}/${plural}`;
}

function send(
  step: Step,
  scenario: Scenario,
  { collection, path }: { readonly collection: string; readonly path: string },
  call: Call,
): Promise<Answer> {
  const query = new URLSearchParams({ fieldManager: step.by, fieldValidation: step.validation ?? "Warn" });
  if (step.force) query.set("force", "true");
  const body = bodyOf(scenario, step);
  const type = CONTENT_TYPES[step.verb];
  if (step.verb === "create") return call("POST", `${collection}?${query}`, body, type);
  const tail = step.verb === "scale" ? "/scale" : step.subresource ? `/${step.subresource}` : "";
  return call(step.verb === "update" ? "PUT" : "PATCH", `${path}${tail}?${query}`, body, type);
}

function resourceVersion(object: JsonObject | undefined): JsonValue | undefined {
  return (object?.metadata as JsonObject | undefined)?.resourceVersion;
}

/** The answer without uids, versions and times. */
function withoutAccidents(body: JsonObject): JsonObject {
  if (body.kind === "Status") return body;
  const { uid: _, resourceVersion: __, creationTimestamp: ___, ...metadata } = body.metadata as JsonObject;
  const managedFields = (metadata.managedFields as JsonObject[] | undefined)?.map((entry) =>
    entry.time === undefined ? entry : { ...entry, time: "2026-01-01T00:00:00Z" },
  );
  return JSON.parse(
    JSON.stringify({ ...body, metadata: { ...metadata, managedFields } }).replaceAll(
      String(metadata.uid ?? _),
      "UID",
    ),
  ) as JsonObject;
}
