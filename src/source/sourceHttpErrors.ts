import { messageOf } from "../base/errors.ts";
import { SourceError, type SourceReason } from "./sourceError.ts";

const TLS_CODES: ReadonlySet<string> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "EPROTO",
]);

/** Makes an error of an HTTP status other than 200. */
export function statusError(
  url: string,
  status: number,
  body: string,
  authorization: string | undefined,
): SourceError {
  const said = explanation(body);
  if (status === 401 || status === 403 || status === 203) {
    return new SourceError(
      "auth",
      `${url}: ${authorization === undefined ? "asks for credentials" : "refuses the credentials"} (HTTP ${status})${said}`,
      {
        hint:
          authorization === undefined
            ? "set credentials.tokenFile of the source"
            : "renew the token; it needs read access to this repository",
      },
    );
  }
  if (status === 404 || status === 410) {
    return new SourceError("repositoryNotFound", `${url}: no such repository (HTTP ${status})${said}`, {
      hint: "check the url; some servers answer so as well when the credentials may not read it",
    });
  }
  if (status === 413) return new SourceError("tooLarge", `${url}: HTTP 413${said}`);
  return new SourceError("serverError", `${url}: HTTP ${status}${said}`);
}

/**
 * Makes an error of a connection that failed.
 *
 * @param otherwise  reason when the failure is none of the well-known: before the answer or in the middle of it
 */
export function networkError(url: string, error: unknown, otherwise: SourceReason): SourceError {
  const code = codeOf(error);
  if (error instanceof Error && error.name === "TimeoutError")
    return new SourceError("timeout", `${url}: took too long`, { cause: error });
  if (/^UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT$|^ETIMEDOUT$/.test(code))
    return new SourceError("timeout", `${url}: no answer in time`, { cause: error });
  if (TLS_CODES.has(code)) {
    return new SourceError("tls", `${url}: ${messageOf(error)}`, {
      cause: error,
      hint: "set credentials.caFile to the authority that signed the server's certificate",
    });
  }
  if (otherwise === "truncated")
    return new SourceError("truncated", `${url}: connection lost in the middle of the answer`, {
      cause: error,
    });
  const text = messageOf(error) || code || "no connection";
  return new SourceError(otherwise, `${url}: ${text}`, { cause: error, hint: hintFor(code) });
}

function codeOf(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return typeof code === "string" ? code : typeof cause?.code === "string" ? cause.code : "";
}

function hintFor(code: string): string {
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "check the host name in the url and the DNS";
  return "check that the server runs and that the network lets us reach it";
}

/** A short text of an error page: servers say here which scope a token lacks. */
function explanation(body: string): string {
  const text = body.trim();
  if (!text || text.startsWith("<") || text.length > 300) return "";
  return `: ${text.replace(/\s+/g, " ")}`;
}
