import { asList, asObject, asString, type JsonObject, valueAt } from "../object/json.ts";
import { formatRef, type ObjectRef } from "../object/objectRef.ts";
import type { ExecOptions, ExecResult } from "./clusterClient.ts";
import { ClusterError, clusterErrorOf } from "./clusterError.ts";
import { pathFor } from "./requestSender.ts";
import { objectPath, PODS } from "./resourcePath.ts";
import type { Transport } from "./transport.ts";

/** Newest first: both put the number of the channel before the bytes; the newer one can also close a channel. */
const PROTOCOLS = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

/** First byte of every message. */
const CHANNEL = { stdout: 1, stderr: 2, status: 3 } as const;

/** What a command may write when its caller names no limit, in bytes. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Runs a command in a container and collects what it writes. A command that ends with another exit code than 0 is an
 * answer, not an error.
 *
 * @throws ClusterError when the server refuses, is not reached, or the command neither ends in time (`timeout`) nor
 *   keeps to its size (`tooLarge`)
 */
export async function exec(
  transport: Pick<Transport, "messages" | "timeoutMs">,
  pod: { readonly namespace: string; readonly name: string },
  { container, command, maxBytes = MAX_BYTES, timeoutMs = transport.timeoutMs, signal }: ExecOptions,
): Promise<ExecResult> {
  const ref: ObjectRef = { apiVersion: "v1", kind: "Pod", ...pod };
  const request = { verb: "exec", subject: formatRef(ref) };
  const query = new URLSearchParams([
    ...command.map((word) => ["command", word]),
    ["container", container],
    ["stdout", "true"],
    ["stderr", "true"],
  ]);
  const path = `${pathFor((pods) => objectPath(pods, ref, "exec"), PODS, "exec", request.subject)}?${query}`;
  const messages = transport.messages(
    { method: "GET", path, kind: "Pod", ...request, ...(signal && { signal }) },
    PROTOCOLS,
    timeoutMs,
  );
  const written = { [CHANNEL.stdout]: [] as Buffer[], [CHANNEL.stderr]: [] as Buffer[] };
  let size = 0;
  let status: JsonObject | undefined;
  for await (const message of messages) {
    const channel = message[0];
    const bytes = message.subarray(1);
    if (channel === CHANNEL.stdout || channel === CHANNEL.stderr) {
      size += bytes.length;
      if (size > maxBytes)
        throw new ClusterError(`the command writes more than ${maxBytes} bytes`, {
          ...request,
          reason: "tooLarge",
        });
      if (bytes.length > 0) written[channel].push(bytes);
    } else if (channel === CHANNEL.status && bytes.length > 0) {
      status = parseStatus(bytes);
      break; // nothing follows it
    }
  }
  if (!status)
    throw new ClusterError("the connection ended before the command did", {
      ...request,
      reason: "unreachable",
    });
  return {
    stdout: Buffer.concat(written[CHANNEL.stdout]),
    stderr: Buffer.concat(written[CHANNEL.stderr]).toString("utf8"),
    exitCode: exitCodeOf(status, request),
  };
}

function parseStatus(bytes: Buffer): JsonObject {
  const text = bytes.toString("utf8");
  try {
    return asObject(JSON.parse(text));
  } catch {
    return { status: "Failure", message: text }; // some runtimes answer with plain words
  }
}

function exitCodeOf(
  status: JsonObject,
  request: { readonly verb: string; readonly subject: string },
): number {
  if (status.status === "Success") return 0;
  const causes = asList(valueAt(status, "details", "causes")).map(asObject);
  const code = causes.find(({ reason }) => reason === "ExitCode")?.message;
  const exitCode = status.reason === "NonZeroExitCode" ? Number(asString(code)) : Number.NaN;
  if (Number.isInteger(exitCode)) return exitCode;
  throw clusterErrorOf(typeof status.code === "number" ? status.code : 500, status, request);
}
