/** Facts of a log line. Secrets never enter one. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where log lines go. The message is a constant; what varies is a field. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** A logger that says nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
