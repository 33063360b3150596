import type { Issue } from "../base/issue.ts";
import { configSchema, type ParsedConfig } from "./configSchema.ts";
import type { ServeFlags } from "./overlays.ts";

type ParsedSource = ParsedConfig["sources"][number];

/**
 * The source that `--repo`, `--ref`, `--path` and `--interval` describe, named after the repository.
 *
 * Beside sources of the file it is an error: leaving those out would look like everything in them had left Git.
 */
export function sourceOfFlags(
  flags: ServeFlags,
  inFile: readonly ParsedSource[],
): { readonly source?: ParsedSource; readonly issues: readonly Issue[] } {
  const { repo, ref, path, interval } = flags;
  if (repo === undefined) return { issues: strayFlags(flags) };
  if (inFile.length > 0)
    return { issues: [problem("--repo: the configuration file has sources already; use one of the two")] };
  const source = { name: nameOf(repo), url: repo, ref, path, interval };
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined));
  const result = configSchema.safeParse({ sources: [given] });
  if (!result.success)
    return {
      issues: result.error.issues.map((issue) => problem(`--${flagOf(issue.path)}: ${issue.message}`)),
    };
  const parsed = result.data.sources[0];
  return parsed ? { source: parsed, issues: [] } : { issues: [] };
}

function strayFlags(flags: ServeFlags): readonly Issue[] {
  const names = (["ref", "path", "interval"] as const).filter((name) => flags[name] !== undefined);
  return names.map((name) => problem(`--${name} needs --repo`));
}

/** `https://git.example.com/team/Fleet.git` is named `fleet`. */
function nameOf(repo: string): string {
  const last =
    repo
      .replace(/[?#].*$/, "")
      .replace(/(\/|\.git)+$/, "")
      .split(/[/:]/)
      .at(-1) ?? "";
  const name = last
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, "");
  return name || "repository";
}

function flagOf(path: readonly PropertyKey[]): string {
  const key = String(path.at(-1));
  return key === "url" || key === "name" ? "repo" : key;
}

function problem(message: string): Issue {
  return { severity: "error", code: "config.flag", message };
}
