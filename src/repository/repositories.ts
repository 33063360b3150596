import { hasErrors, type Issue } from "../base/issue.ts";
import { asList, asObject, asString } from "../object/json.ts";
import { parseYaml } from "../yaml/parseYaml.ts";
import { issueAt } from "../yaml/positionOf.ts";
import { stringifyYaml } from "../yaml/stringifyYaml.ts";

/** A package repository that a person knows by name. */
export interface Repository {
  readonly name: string;
  /** http, https or file; `index.yaml` lies below it. */
  readonly url: string;
}

/** The content of `$KUDO_HOME/repository/repositories.yaml` (package-format 9.3). */
export interface Repositories {
  /** Name of the one that is used unless another is asked for. */
  readonly context: string;
  readonly repositories: readonly Repository[];
}

/** What a person has who never wrote the file. */
export const DEFAULT_REPOSITORIES: Repositories = {
  context: "community",
  repositories: [{ name: "community", url: "https://kudo-repository.storage.googleapis.com/v1" }],
};

/** Reads `repositories.yaml`; with an error among the issues there is nothing to use. */
export function parseRepositories(
  text: string,
  file: string,
): { readonly repositories?: Repositories; readonly issues: readonly Issue[] } {
  const { documents, issues } = parseYaml(text, file);
  const [document] = documents;
  if (!document || hasErrors(issues)) return { issues };
  const root = asObject(document.value);
  if (root.repoVersion !== "v1") {
    const message = `repoVersion is v1, not ${JSON.stringify(root.repoVersion ?? null)}`;
    const issue = { severity: "error", code: "repository.file", message } as const;
    return { issues: [...issues, issueAt(document, ["repoVersion"], issue)] };
  }
  const repositories = asList(root.repositories).flatMap((item) => {
    const { name, url } = asObject(item);
    return typeof name === "string" && typeof url === "string" ? [{ name, url }] : [];
  });
  return { repositories: { context: asString(root.context) ?? "", repositories }, issues };
}

/** The text of `repositories.yaml`. */
export function printRepositories({ context, repositories }: Repositories): string {
  return stringifyYaml({
    context,
    repoVersion: "v1",
    repositories: repositories.map(({ name, url }) => ({ name, url })),
  });
}

/** The repository of that name, the current one without a name. */
export function findRepository(
  { context, repositories }: Repositories,
  name = context,
): Repository | undefined {
  return repositories.find((repository) => repository.name === name);
}
