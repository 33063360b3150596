import type { Command } from "commander";
import type { InstanceKey } from "../object/ownership.ts";
import { usageError } from "./cliError.ts";

/** Adds the options that name the service. */
export function withServer(command: Command): Command {
  return command
    .option("--server <url>", "address of the service (LOCKSTEP_SERVER; default: http://127.0.0.1:8080)")
    .option("--token-file <file>", "file with the bearer token (LOCKSTEP_TOKEN_FILE)");
}

/** Adds `-o text|json|yaml`. */
export function withOutput(command: Command): Command {
  return command.option("-o, --output <format>", "text, json or yaml", "text");
}

/** Reads `NAMESPACE/NAME`, or `NAME` with `-n`; the namespace is `default` when neither says one. */
export function parseInstance(argument: string, namespace: string | undefined): InstanceKey {
  const parts = argument.split("/");
  const [first = "", second] = parts;
  if (parts.length > 2 || first === "" || second === "") {
    throw usageError(`"${argument}" is no instance`, "write NAMESPACE/NAME, or NAME with -n NAMESPACE");
  }
  return second === undefined
    ? { namespace: namespace ?? "default", name: first }
    : { namespace: first, name: second };
}
