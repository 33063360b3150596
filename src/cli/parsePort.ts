import { usageError } from "./cliError.ts";

/** The number of `--port`; 0 means any free one. @throws CliError for wrong usage */
export function parsePort(value: string): number {
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= 65_535) return port;
  throw usageError(`--port ${value}: expected a number from 0 to 65535`);
}
