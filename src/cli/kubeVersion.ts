import { majorMinor } from "../package/lenientVersion.ts";
import { usageError } from "./cliError.ts";

/** Checks the value of `--kube-version`. */
export function parseKubeVersion(value: string | undefined): string | undefined {
  if (value !== undefined && majorMinor(value) === undefined)
    throw usageError(`--kube-version ${value}: no version`, "write it like 1.36");
  return value;
}
