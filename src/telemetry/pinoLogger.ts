import { type DestinationStream, pino } from "pino";
import type { Logger } from "../base/logger.ts";

/** How a program of ours logs. */
export interface PinoLoggerOptions {
  readonly level: "debug" | "info" | "warn" | "error";
  /** Where the lines go, one JSON object each; default standard output. */
  readonly destination?: DestinationStream;
}

/** Fields whose values never reach a log, should one of them ever be passed. */
const SECRET_FIELDS = ["authorization", "password", "secret", "token"];

/** The one place that knows pino. Lines carry the time in RFC 3339 and the level as a word. */
export function createPinoLogger({ level, destination }: PinoLoggerOptions): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]),
      censor: "•••",
    },
    serializers: { error: serializeError },
  };
  const log = destination ? pino(options, destination) : pino(options);
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
  };
}

/** Name, message, stack and causes; whatever else hangs on an error (a request with its headers) stays out. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    ...(error.cause !== undefined && { cause: serializeError(error.cause) }),
  };
}
