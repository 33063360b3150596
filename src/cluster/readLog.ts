import { formatRef } from "../object/objectRef.ts";
import type { LogOptions } from "./clusterClient.ts";
import { pathFor } from "./requestSender.ts";
import { objectPath, PODS, withQuery } from "./resourcePath.ts";
import type { Transport } from "./transport.ts";

/** Longest wait for the next piece. */
const LOG_SILENCE_MS = 60_000;

/** What a container wrote, piece by piece; ends where the log ends. @throws ClusterError */
export function readLog(
  transport: Pick<Transport, "stream">,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  { container, previous, sinceSeconds, signal }: LogOptions,
): AsyncIterable<Buffer> {
  const ref = { apiVersion: "v1", kind: "Pod", namespace, name };
  const subject = formatRef(ref);
  const path = pathFor((pods) => objectPath(pods, ref, "log"), PODS, "log", subject);
  return transport.stream(
    {
      method: "GET",
      path: withQuery(path, { container, previous, sinceSeconds }),
      accept: "*/*",
      verb: "log",
      kind: "Pod",
      subject,
      ...(signal && { signal }),
    },
    LOG_SILENCE_MS,
  );
}
