import { messageOf } from "../base/errors.ts";
import { isJsonObject } from "../object/json.ts";
import type { ClusterAccess } from "./clusterAccess.ts";
import { ClusterError, clusterErrorOf } from "./clusterError.ts";

/** What a request was about, for its error. */
export interface RequestSubject {
  readonly verb: string;
  readonly subject: string;
}

/** Codes of errors that say that nothing of the answer came in time. */
const TIMEOUTS: ReadonlySet<string> = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);

/** Codes with which a connection ends that was there before. */
const RESETS: ReadonlySet<string> = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE", "UND_ERR_CLOSED"]);

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  ENOTFOUND: "no such host",
  EAI_AGAIN: "the name cannot be resolved now",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "network unreachable",
  ETIMEDOUT: "connection timed out",
  UND_ERR_CONNECT_TIMEOUT: "connection timed out",
  UND_ERR_SOCKET: "connection closed by the server",
};

/** Why TLS was refused, as what to do about it. */
const TLS_HINTS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "add the server's CA to the kubeconfig as certificate-authority",
  SELF_SIGNED_CERT_IN_CHAIN: "add the server's CA to the kubeconfig as certificate-authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the certificate-authority of the kubeconfig is not the server's",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "add the server's CA to the kubeconfig as certificate-authority",
  CERT_HAS_EXPIRED: "renew the server's certificate",
  ERR_TLS_CERT_ALTNAME_INVALID: "set tls-server-name in the kubeconfig to a name of the certificate",
};

/** The code of a system or undici error; of the first attempt when several addresses were tried. */
function errorCode(error: unknown): string {
  const { code, errors, cause } = error as { code?: unknown; errors?: unknown; cause?: unknown };
  if (typeof code === "string") return code;
  if (Array.isArray(errors) && errors.length > 0) return errorCode(errors[0]);
  return cause ? errorCode(cause) : "";
}

/** True when a connection that had been there broke: a read may simply be sent again. */
export function isConnectionReset(error: unknown): boolean {
  return RESETS.has(errorCode(error));
}

/** Makes an error of a request that got no answer, or not in time. */
export function noAnswerError(error: unknown, access: ClusterAccess, request: RequestSubject): ClusterError {
  const code = errorCode(error);
  if (TIMEOUTS.has(code)) {
    return new ClusterError(`no answer from ${access.server} in time`, {
      ...request,
      reason: "timeout",
      cause: error,
    });
  }
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") {
    return new ClusterError(`the answer of ${access.server} is larger than we read`, {
      ...request,
      reason: "tooLarge",
      cause: error,
    });
  }
  const why = WORDS[code] ?? (messageOf(error) || code);
  return new ClusterError(`no answer from ${access.server}: ${why}`, {
    ...request,
    reason: "unreachable",
    cause: error,
    hint: TLS_HINTS[code] ?? `check that the API server runs there, or choose another: ${access.origin}`,
  });
}

/** Makes an error of a conversation that did not come to its end. */
export function lateError(
  { server }: ClusterAccess,
  { verb, subject }: RequestSubject,
  withinMs: number,
): ClusterError {
  return new ClusterError(`${server} did not end it within ${withinMs / 1000} s`, {
    verb,
    subject,
    reason: "timeout",
  });
}

/** Makes an error of an answer of success that is not JSON: something else listens there. */
export function noJsonError(
  error: unknown,
  access: ClusterAccess,
  { verb, subject }: RequestSubject,
): ClusterError {
  return new ClusterError(`${access.server} did not answer with JSON`, {
    verb,
    subject,
    reason: "serverError",
    cause: error,
    hint: `check that this is the address of an API server: ${access.origin}`,
  });
}

/** Makes an error of an answer that is none of success. The body may be a Status, or a proxy's page. */
export function refusalError(
  statusCode: number,
  body: string,
  request: RequestSubject & { readonly retryAfterMs?: number },
): ClusterError {
  return clusterErrorOf(statusCode, statusDocument(statusCode, body), request);
}

function statusDocument(statusCode: number, body: string): { readonly message: string } {
  try {
    const parsed: unknown = JSON.parse(body);
    if (isJsonObject(parsed) && typeof parsed.message === "string") return parsed as { message: string };
  } catch {
    // plain text or a page: its beginning is the message
  }
  const words = body
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 200);
  return { message: words || `HTTP ${statusCode}` };
}
