import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { messageOf } from "../../base/errors.ts";
import { asList, asObject, type JsonObject, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { PodExec } from "../podExec.ts";
import { badRequest } from "../statusError.ts";
import type { ServerSocket } from "./webSocket.ts";
import { acceptSocket, offeredProtocols } from "./webSocket.ts";

/** First byte of every message. */
const CHANNEL = { stdout: 1, stderr: 2, status: 3 } as const;
/** Subprotocols that put the number of a channel before the bytes and end with a Status. */
const PROTOCOLS: ReadonlySet<string> = new Set(["v5.channel.k8s.io", "v4.channel.k8s.io"]);
/** Bytes of one message, as a kubelet copies them. */
const PIECE = 32 * 1024;

/** A request to upgrade a connection, with what becomes of it. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
}

/**
 * Runs a command in a container of a pod and sends what it wrote, channel by channel, then how it ended.
 *
 * @throws StatusError before the upgrade, when there is nothing that could run the command
 */
export async function handleExec(
  podExec: PodExec,
  { request, socket }: Upgrade,
  pod: KubeObject,
  query: URLSearchParams,
  signal: AbortSignal,
): Promise<void> {
  const container = containerOf(pod, query.get("container") ?? "");
  const command = query.getAll("command");
  if (command.length === 0) throw badRequest("you must specify at least 1 command for exec");
  const protocol = offeredProtocols(request).find((name) => PROTOCOLS.has(name));
  if (protocol === undefined) throw badRequest("the client offers no protocol that carries a status");
  const connection = acceptSocket(request, socket, protocol);
  const gone = new AbortController();
  void connection.closed.then(() => gone.abort());
  send(
    connection,
    CHANNEL.status,
    JSON.stringify(
      await run(podExec, connection, {
        pod,
        container,
        command,
        signal: AbortSignal.any([signal, gone.signal]),
      }),
    ),
  );
  await connection.close();
}

async function run(
  podExec: PodExec,
  connection: ServerSocket,
  command: Parameters<PodExec>[0],
): Promise<JsonObject> {
  try {
    const { stdout = "", stderr = "", exitCode } = await podExec(command);
    send(connection, CHANNEL.stdout, stdout);
    send(connection, CHANNEL.stderr, stderr);
    return exitCode === 0 ? { metadata: {}, status: "Success" } : failure(exitCode);
  } catch (error) {
    const message = `Internal error occurred: error executing command in container: ${messageOf(error)}`;
    return { metadata: {}, status: "Failure", message, reason: "InternalError", code: 500 };
  }
}

function failure(exitCode: number): JsonObject {
  return {
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(exitCode) }] },
  };
}

function send(connection: ServerSocket, channel: number, content: Buffer | string): void {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  for (let at = 0; at < bytes.length; at += PIECE) {
    connection.send(Buffer.concat([Buffer.of(channel), bytes.subarray(at, at + PIECE)]));
  }
}

/** The container that is meant: the named one, or the only one. */
function containerOf(pod: KubeObject, name: string): string {
  const all = asList(valueAt(pod, "spec", "containers")).map((container) => String(asObject(container).name));
  const only = all.length === 1 ? all[0] : undefined;
  const podName = pod.metadata.name;
  if (name === "" && only === undefined)
    throw badRequest(
      `a container name must be specified for pod ${podName}, choose one of: [${all.join(" ")}]`,
    );
  const container = name || (only ?? "");
  if (!all.includes(container)) throw badRequest(`container ${container} is not valid for pod ${podName}`);
  const statuses = asList(valueAt(pod, "status", "containerStatuses")).map(asObject);
  const status = statuses.find((entry) => entry.name === container);
  if (valueAt(status, "state", "running") === undefined)
    throw badRequest(`container not found ("${container}")`);
  return container;
}
