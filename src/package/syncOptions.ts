import { didYouMean } from "../base/nearest.ts";
import { isJsonObject, type JsonValue } from "../object/json.ts";
import { DEFAULT_SYNC_OPTIONS, type SyncOptions } from "./instanceFile.ts";
import { describe } from "./readObject.ts";

/** Keys that a later version carries out; until then each is an error where it stands. */
const LATER = ["dependsOn", "supersede", "timeout", "drift", "run", "schedules"];
const FLAGS = ["prune", "suspend", "createNamespace"] as const;
const KNOWN = ["parameterFiles", ...FLAGS, ...LATER];

/** A mistake in the sync mapping; `key` is where, and absent for the mapping itself. */
export interface SyncProblem {
  readonly key?: string;
  readonly part: "key" | "value";
  readonly message: string;
}

/** Reads the `sync` mapping of an instance file, or what its annotation holds. */
export function decodeSyncOptions(value: JsonValue): {
  readonly options: SyncOptions;
  readonly problems: readonly SyncProblem[];
} {
  if (value === null) return { options: DEFAULT_SYNC_OPTIONS, problems: [] };
  if (!isJsonObject(value)) {
    const message = `sync must be a mapping, not ${describe(value)}`;
    return { options: DEFAULT_SYNC_OPTIONS, problems: [{ part: "value", message }] };
  }
  const problems: SyncProblem[] = [];
  const options: { -readonly [K in keyof SyncOptions]: SyncOptions[K] } = { ...DEFAULT_SYNC_OPTIONS };
  for (const [key, member] of Object.entries(value)) {
    const given = member ?? null;
    if (isFlag(key)) {
      if (typeof given === "boolean") options[key] = given;
      else
        problems.push({
          key,
          part: "value",
          message: `sync.${key} must be true or false, not ${describe(given)}`,
        });
    } else if (key === "parameterFiles") {
      if (isTexts(given)) options.parameterFiles = given;
      else problems.push({ key, part: "value", message: "sync.parameterFiles must be a list of paths" });
    } else {
      problems.push({ key, part: "key", message: keyProblem(key) });
    }
  }
  return { options, problems };
}

function isFlag(key: string): key is (typeof FLAGS)[number] {
  return (FLAGS as readonly string[]).includes(key);
}

function isTexts(value: JsonValue): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string" && item !== "");
}

function keyProblem(key: string): string {
  return LATER.includes(key)
    ? `sync.${key} is not supported yet`
    : `sync has no key "${key}"${didYouMean(key, KNOWN)}`;
}
