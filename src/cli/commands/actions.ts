import { asList, asObject } from "../../object/json.ts";
import { type ApiOptions, apiClient, instancePath } from "../apiClient.ts";
import type { CliIo } from "../cliIo.ts";
import { parseInstance, withOutput, withServer } from "../instanceArgument.ts";
import { parseFormat, print, table } from "../output.ts";
import type { Register } from "../program.ts";
import { textOf as text } from "../textOf.ts";

interface ActionOptions extends ApiOptions {
  readonly namespace?: string;
  readonly output: string;
}

interface Action {
  readonly name: "reconcile" | "suspend" | "resume";
  readonly description: string;
  readonly done: (instance: string) => string;
}

const ACTIONS: readonly Action[] = [
  {
    name: "reconcile",
    description: "apply what an instance's last plan applied again: drift goes away",
    done: (instance) => `${instance}: what was stored is applied again`,
  },
  {
    name: "suspend",
    description: "stop acting on an instance until it is resumed",
    done: (instance) => `${instance}: suspended; \`lockstep resume ${instance}\` goes on`,
  },
  {
    name: "resume",
    description: "act on a suspended instance again",
    done: (instance) => `${instance}: resumed`,
  },
];

/** `lockstep reconcile|suspend|resume INSTANCE`. */
export const registerActions: Register = (program, io) => {
  for (const { name, description, done } of ACTIONS) {
    withServer(program.command(name).description(description))
      .argument("<instance>", "NAMESPACE/NAME")
      .option(
        "-n, --namespace <namespace>",
        "namespace of the instance, when the argument has none (default: default)",
      )
      .action(async (argument: string, options: ActionOptions) => {
        const key = parseInstance(argument, options.namespace);
        await apiClient(options, io).post(`${instancePath(key.namespace, key.name)}/${name}`);
        io.out(`${done(`${key.namespace}/${key.name}`)}\n`);
      });
  }
};

/** `lockstep holds` and `lockstep confirm ID`: deletions that wait for a person's word. */
export const registerHolds: Register = (program, io) => {
  withOutput(
    withServer(program.command("holds").description("deletions that wait for a person's word")),
  ).action((options: ActionOptions) => showHolds(options, io));
  withServer(program.command("confirm").description("let a held deletion go on"))
    .argument("<id>", "of `lockstep holds`")
    .action(async (id: string, options: ActionOptions) => {
      await apiClient(options, io).post(`/api/v1/holds/${encodeURIComponent(id)}/confirm`);
      io.out(`${id}: confirmed\n`);
    });
};

async function showHolds(options: ActionOptions, io: CliIo): Promise<void> {
  const format = parseFormat(options.output);
  const answer = await apiClient(options, io).get("/api/v1/holds");
  const holds = asList(answer.items).map(asObject);
  print(io, format, answer, () => {
    if (holds.length === 0) return "Nothing is held.\n";
    const rows = holds.map((hold) => [
      text(hold.id),
      text(hold.source),
      asList(hold.instances).map(instanceName).join(", "),
      text(hold.reason),
    ]);
    return `${table(["ID", "SOURCE", "INSTANCES", "REASON"], rows)}\nNothing of these is deleted until you say \`lockstep confirm ID\`.\n`;
  });
}

function instanceName(value: unknown): string {
  if (typeof value === "string") return value;
  const { namespace, name } = asObject(value);
  return `${text(namespace)}/${text(name)}`;
}
