import { dirname } from "node:path/posix";
import { didYouMean } from "../base/nearest.ts";
import type { JsonObject } from "../object/json.ts";
import { stringifyYaml } from "../yaml/stringifyYaml.ts";
import { usageError } from "./cliError.ts";
import { wordsOf } from "./interview.ts";

/** What a person says of a task to be; fields are those of the options of `package add task`. */
export interface TaskWish {
  readonly kind?: string;
  readonly resources?: string;
  readonly parameter?: string;
  readonly pod?: string;
  /** Each `key=KEY,kind=Secret,file=/PATH`, or `envFile` in place of `file`. */
  readonly pipe?: readonly string[];
  readonly package?: string;
  readonly instanceName?: string;
  readonly appVersion?: string;
  readonly operatorVersion?: string;
  readonly parameterFile?: string;
  readonly done?: boolean;
  readonly wantErr?: boolean;
  readonly fatal?: boolean;
}

type Field = Exclude<keyof TaskWish, "kind">;

/** Kinds with the fields of their specs, in the order in which they are written; `needs` cannot be left out. */
const KINDS: Readonly<
  Record<string, { readonly needs: readonly Field[]; readonly takes: readonly Field[] }>
> = {
  Apply: { needs: ["resources"], takes: [] },
  Delete: { needs: ["resources"], takes: [] },
  Toggle: { needs: ["parameter", "resources"], takes: [] },
  Pipe: { needs: ["pod", "pipe"], takes: [] },
  KudoOperator: {
    needs: ["package"],
    takes: ["instanceName", "appVersion", "operatorVersion", "parameterFile"],
  },
  Dummy: { needs: [], takes: ["done", "wantErr", "fatal"] },
};

/** Every kind of task. */
export const TASK_KINDS: readonly string[] = Object.keys(KINDS);

const OPTIONS: Readonly<Record<Field, string>> = {
  resources: "--resources",
  parameter: "--parameter",
  pod: "--pod",
  pipe: "--pipe",
  package: "--package",
  instanceName: "--instance-name",
  appVersion: "--app-version",
  operatorVersion: "--operator-version",
  parameterFile: "--parameter-file",
  done: "--done",
  wantErr: "--want-err",
  fatal: "--fatal",
};

/** The spec of a task. @throws CliError for a kind that does not exist, and for fields that its kind lacks or has not */
export function taskSpec(wish: TaskWish): JsonObject {
  const { kind = "" } = wish;
  const known = KINDS[kind];
  if (!known) {
    throw usageError(
      kind === ""
        ? "--kind is missing"
        : `--kind ${kind}: there is no such kind${didYouMean(kind, TASK_KINDS)}`,
      `the kinds are ${TASK_KINDS.join(", ")}`,
    );
  }
  const fields = [...known.needs, ...known.takes];
  const isGiven = (field: Field): boolean => {
    const value = wish[field];
    return (
      value !== undefined && value !== false && value !== "" && (!Array.isArray(value) || value.length > 0)
    );
  };
  const foreign = (Object.keys(OPTIONS) as Field[]).find(
    (field) => isGiven(field) && !fields.includes(field),
  );
  if (foreign)
    throw usageError(`${OPTIONS[foreign]} is nothing for a task of kind ${kind}`, optionsHint(kind, fields));
  const missing = known.needs.find((field) => !isGiven(field));
  if (missing)
    throw usageError(`a task of kind ${kind} needs ${OPTIONS[missing]}`, optionsHint(kind, fields));
  return Object.fromEntries(fields.filter(isGiven).map((field) => [field, fieldValue(wish, field)]));
}

function optionsHint(kind: string, fields: readonly Field[]): string {
  return `${kind} takes ${fields.map((field) => OPTIONS[field]).join(", ")}`;
}

function fieldValue(wish: TaskWish, field: Field): JsonObject[string] {
  if (field === "resources") return wordsOf(wish.resources ?? "");
  if (field === "pipe") return (wish.pipe ?? []).map(pipeEntry);
  return wish[field];
}

const PIPE_HINT =
  "write --pipe key=KEY,kind=Secret,file=/PATH; the kind may be ConfigMap, and envFile take the place of file";
const PIPE_FIELDS = ["file", "envFile", "kind", "key"];

function pipeEntry(text: string): JsonObject {
  const given = new Map<string, string>();
  for (const part of wordsOf(text)) {
    const at = part.indexOf("=");
    const [name, value] = [part.slice(0, Math.max(0, at)), part.slice(at + 1)];
    if (!PIPE_FIELDS.includes(name))
      throw usageError(`--pipe ${text}: "${part}" says nothing${didYouMean(name, PIPE_FIELDS)}`, PIPE_HINT);
    given.set(name, value);
  }
  return Object.fromEntries(
    PIPE_FIELDS.flatMap((name) => (given.has(name) ? [[name, given.get(name)]] : [])),
  );
}

/** The templates that a task names, with what to write where they are missing. */
export function taskTemplates(
  name: string,
  spec: JsonObject,
): readonly { readonly key: string; readonly text: string }[] {
  const resources = (spec.resources ?? []) as readonly string[];
  const files = resources.map((key) => ({ key, text: `# Objects of the task ${name}.\n` }));
  if (typeof spec.parameterFile === "string")
    files.push({ key: spec.parameterFile, text: `# Parameters of the child instance, NAME: value.\n` });
  if (typeof spec.pod === "string") files.push({ key: spec.pod, text: podText(spec) });
  return files.filter(
    ({ key }) => key.includes(".yaml") && !key.startsWith("/") && !key.split("/").includes(".."),
  );
}

/** A pod as a Pipe task needs it, with an init container that makes empty files. */
function podText(spec: JsonObject): string {
  const entries = (spec.pipe ?? []) as readonly Readonly<Record<string, string>>[];
  const paths = entries
    .map(({ file, envFile }) => file ?? envFile ?? "")
    .filter((path) => path.startsWith("/"));
  const mountPath = dirname(paths[0] ?? "/tmp/file");
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "ignored" },
    spec: {
      volumes: [{ name: "files", emptyDir: {} }],
      initContainers: [
        {
          name: "make",
          image: "busybox",
          command: ["/bin/sh", "-c", `touch ${paths.join(" ")}`],
          volumeMounts: [{ name: "files", mountPath }],
        },
      ],
    },
  };
  return `# One init container writes the files of the task into one emptyDir; the name of the pod is not used.\n${stringifyYaml(pod)}`;
}
