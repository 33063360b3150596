import { formatDuration } from "../../base/duration.ts";
import { messageOf } from "../../base/errors.ts";
import type { ClusterClient } from "../../cluster/clusterClient.ts";
import { asList, asObject, type JsonObject, valueAt } from "../../object/json.ts";
import { type ApiClient, instancePath } from "../apiClient.ts";
import { CliError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { paletteFor } from "../output.ts";
import { textOf as text } from "../textOf.ts";
import type { DemoRepository } from "./demoRepository.ts";
import { liveText, treeOfPlans } from "./liveTree.ts";
import { tidings } from "./tidings.ts";

/** What the story is about, as `examples/` has it. */
export const SUBJECT = {
  namespace: "prod",
  name: "galera",
  file: "instances/prod/galera.yaml",
  statefulSet: "galera-node",
  before: "NODE_COUNT: 3",
  after: "NODE_COUNT: 5",
} as const;

/** What the demo works with. */
export interface Demo {
  readonly io: CliIo;
  readonly api: ApiClient;
  readonly repository: DemoRepository;
  /** Another client of the cluster, as kubectl is one. */
  readonly client: ClusterClient;
}

const POLL_MS = 200;
/** Longest that a part of the story may take, in milliseconds. */
const PATIENCE_MS = 120_000;

/** Shows the plan filling in until it is COMPLETE. @throws CliError when it fails or takes too long */
export async function followPlan(demo: Demo, isWanted: (instance: JsonObject) => boolean): Promise<void> {
  const live = liveText(demo.io);
  const instance = await until(demo, "the plan to be COMPLETE", async () => {
    const row = await instanceRow(demo);
    if (!row || !isWanted(row)) return undefined;
    const plans = await demo.api.get(`${instancePath(SUBJECT.namespace, SUBJECT.name)}/plans`);
    live.show(treeOfPlans(row, plans, demo.io));
    const status = text(asObject(row.plan).status);
    return status === "COMPLETE" || status === "FATAL_ERROR" ? row : undefined;
  });
  live.keep();
  const plan = asObject(instance.plan);
  if (plan.status !== "COMPLETE")
    throw new CliError(`plan '${text(plan.name)}' ended in FATAL_ERROR: ${text(plan.message)}`);
}

/**
 * Tells what people set off in the meantime, until the signal: each new plan of the subject as a tree, and in a line each
 * drift, each mistake in a file, each hold and what became of the other instances.
 */
export async function watchOn(demo: Demo): Promise<void> {
  const { io, api } = demo;
  const first = asObject((await instanceRow(demo))?.plan);
  let shown = text(first.uid);
  let drifted = new Set<string>();
  let told = (await news(demo)) ?? new Map<string, string>();
  while (!io.signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const heard = (await news(demo)) ?? told;
    for (const [key, line] of heard) if (!told.has(key)) io.out(`\n${line}\n`);
    told = heard;
    const row = await instanceRow(demo).catch(() => undefined); // gone while it is removed, or while we stop
    const uid = text(asObject(row?.plan).uid);
    if (uid !== "" && uid !== shown) {
      shown = uid;
      io.out("\n");
      await followPlan(demo, (next) => asObject(next.plan).uid === uid).catch((error: unknown) =>
        io.out(`${messageOf(error)}\n`),
      );
    }
    const report = await api
      .get(`${instancePath(SUBJECT.namespace, SUBJECT.name)}/drift`)
      .catch(() => ({}) as JsonObject);
    const now = new Set(asList(report.objects).map(asObject).flatMap(driftLines));
    for (const line of now) if (!drifted.has(line)) io.out(`\n${paletteFor(io).bad("drift")} ${line}\n`);
    if (drifted.size > 0 && now.size === 0) io.out(`\n${paletteFor(io).good("✔")} nothing drifts any more\n`);
    drifted = now;
  }
}

async function news({ api }: Demo): Promise<ReadonlyMap<string, string> | undefined> {
  const status = await api.get("/status").catch(() => undefined); // no answer while we stop
  return status && tidings(status, `${SUBJECT.namespace}/${SUBJECT.name}`);
}

function driftLines(object: JsonObject): readonly string[] {
  const subject = `${text(object.kind)}/${text(object.name)}`;
  if (object.change === "missing") return [`${subject} is missing`];
  return asList(object.fields)
    .map(asObject)
    .map((field) => {
      const who = text(field.manager) || "somebody that Kubernetes does not name";
      return `${subject} ${text(field.pointer)}: desired ${JSON.stringify(field.desired)}, live ${JSON.stringify(field.live)}, changed by ${who}`;
    });
}

/** Deploy, push, drift by another client, reconcile: the whole story, told as it happens. */
export async function tellStory(demo: Demo): Promise<void> {
  const { io, api, repository, client } = demo;
  const { namespace, name, statefulSet } = SUBJECT;
  const palette = paletteFor(io);
  const chapter = async (title: string, work: () => Promise<string>): Promise<void> => {
    io.out(`\n${palette.strong(title)}\n`);
    const startedAt = performance.now();
    const result = await work();
    io.out(
      `${palette.good("✔")} ${result} ${palette.dim(`(${formatDuration(performance.now() - startedAt)})`)}\n`,
    );
  };

  await chapter("1. What Git says is deployed", async () => {
    await followPlan(demo, (row) => asObject(row.plan).name === "deploy");
    return `plan 'deploy' is COMPLETE, ${await readyNodes(demo, 3)} nodes are ready`;
  });
  await chapter(`2. A push changes ${SUBJECT.before} to ${SUBJECT.after}`, async () => {
    const commit = await repository.push(SUBJECT.file, SUBJECT.before, SUBJECT.after, "Five nodes");
    await followPlan(demo, (row) => row.revision === commit && asObject(row.plan).name === "scale");
    return `commit ${commit.slice(0, 8)} ran plan 'scale', ${await readyNodes(demo, 5)} nodes are ready`;
  });
  await chapter("3. Somebody scales by hand", async () => {
    const ref = { apiVersion: "apps/v1", kind: "StatefulSet", namespace, name: statefulSet };
    await client.patch(
      ref,
      "merge",
      { spec: { replicas: 1 } },
      { subresource: "scale", fieldManager: "kubectl", signal: io.signal },
    );
    const field = await until(demo, "the drift to be seen", async () => {
      const report = await api.get(`${instancePath(namespace, name)}/drift`);
      const object = asList(report.objects)
        .map(asObject)
        .find((item) => item.name === statefulSet);
      return asList(object?.fields)
        .map(asObject)
        .find((item) => item.pointer === "/spec/replicas");
    });
    return `drift: ${statefulSet} ${text(field.pointer)}: desired ${text(field.desired)}, live ${text(field.live)}, changed by ${text(field.manager)}`;
  });
  await chapter("4. Reconcile applies what was stored", async () => {
    await api.post(`${instancePath(namespace, name)}/reconcile`);
    await until(demo, "the drift to be gone", async () => {
      const report = await api.get(`${instancePath(namespace, name)}/drift`);
      return report.state === "InSync" ? report : undefined;
    });
    return `nothing drifts, ${await readyNodes(demo, 5)} nodes are ready`;
  });
}

async function instanceRow({ api }: Demo): Promise<JsonObject | undefined> {
  const status = await api.get(`/status?namespace=${SUBJECT.namespace}`);
  return asList(status.instances)
    .map(asObject)
    .find((row) => row.name === SUBJECT.name);
}

async function readyNodes(demo: Demo, wanted: number): Promise<number> {
  const { namespace, statefulSet: name } = SUBJECT;
  return until(demo, `${wanted} nodes to be ready`, async () => {
    const object = await demo.client.get(
      { apiVersion: "apps/v1", kind: "StatefulSet", namespace, name },
      { signal: demo.io.signal },
    );
    return valueAt(object, "status", "readyReplicas") === wanted ? wanted : undefined;
  });
}

/** Asks until there is an answer. @throws CliError that names what was waited for */
async function until<T>({ io }: Demo, what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const startedAt = performance.now();
  for (;;) {
    io.signal.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() - startedAt > PATIENCE_MS)
      throw new CliError(`waited ${formatDuration(PATIENCE_MS)} for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
