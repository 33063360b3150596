import { type Argument, Command, type Option } from "commander";
import { type CliIo, EXIT } from "../src/cli/cliIo.ts";
import { COMMANDS } from "../src/cli/commands.ts";

const INTRODUCTION = `# Commands

\`lockstep\` is also \`kubectl-lockstep\`, so with \`bin/\` on the path \`kubectl lockstep …\` works. Errors go to standard error, with a hint where one is known. \`NO_COLOR\` switches colours off.

<!-- Generated from the command table by scripts/generateReference.ts; edit the texts of the commands instead. -->

## Exit codes

| code | meaning |
|---|---|
| ${EXIT.done} | done |
| ${EXIT.failed} | failed: what was asked for could not be done |
| ${EXIT.usage} | wrong usage: an unknown command, option or value, or a configuration that cannot be used |
| ${EXIT.different} | differences found; only \`drift\` and \`health\` end so |

A second Ctrl-C ends a command at once, with 130.

## Which commands need what

| commands | need |
|---|---|
| \`serve\` | a cluster (or \`--sandbox\`), and usually a repository |
| \`demo\`, \`sandbox\` | nothing |
| \`status\`, \`drift\`, \`reconcile\`, \`suspend\`, \`resume\`, \`holds\`, \`confirm\` | the service's HTTP API: \`--server\`, else \`LOCKSTEP_SERVER\`, else \`http://127.0.0.1:8080\`; for what changes something the token, \`--token-file\` or \`LOCKSTEP_TOKEN_FILE\` |
| \`install\`, \`update\`, \`upgrade\`, \`uninstall\`, \`get\`, \`plan …\` | the cluster, as kubectl finds it; the service carries out what they ask for |
| \`diagnostics collect\` | the cluster alone |
| \`package …\`, \`render\`, \`health\` | files alone; \`package list\` and \`verify\` take URLs, too |
`;

/** What the texts of a command leave out; by its full name. */
const REMARKS: Readonly<Record<string, string>> = {
  serve:
    "Works without a file: `--repo` describes the one source. The file, then the environment, then the flags; [configuration.md](configuration.md) has every key. Without a source it runs the custom resources that others create. Ends with 0 on Ctrl-C or SIGTERM.",
  demo: "Everything lies in a temporary folder and goes with the demo.",
  sandbox: "Objects live in memory, as long as the process.",
  drift: `Exit ${EXIT.different} when something drifted. Without an instance only those that drifted are shown.`,
  install:
    "Everything is checked before the first write: parameters, the version of the cluster, what is installed. An OperatorVersion of the same name is used when its content is the same, else refused. With `--wait`, exit 1 when the plan ended in FATAL_ERROR, with the reason, or was not over in time.",
  update:
    "What may not be (immutable parameters, values that do not fit, two triggers) is refused before it is written. Parameters that the instance's file in Git has are refused without `--force`: Git puts them back.",
  upgrade:
    "The package must be of the same operator, and its operator version newer; the app version does not count. Dependencies and the OperatorVersion are created where they are missing.",
  uninstall:
    "The service runs the cleanup plan and deletes the objects in reverse order; the Instance goes last. `--orphan` does without the service when none takes the instance down within five seconds.",
  get: "`-o yaml` is a stream of documents, `-o json` one array, of whole objects.",
  "plan status": "`-o json` and `yaml` print the status of the Instance.",
  "plan wait":
    "Ends at once when no plan runs. Exit 1 when the plan ended in FATAL_ERROR, or was not over in time.",
  "plan trigger": "With `--wait`, exit 1 when the plan ended in FATAL_ERROR, or was not over in time.",
  "package verify":
    "Exit 1 when there are errors; warnings do not count. [packages.md](packages.md) lists the rules.",
  "package new":
    "What it writes verifies, passes `lockstep template test`, and runs: a Deployment with its Service. With `-i` it asks for versions, web page and maintainer.",
  "package create":
    "Nothing is written when the package has errors; they are on standard error. The archive is named `NAME-APPVERSION_OPERATORVERSION.tgz`; the same files give the same bytes. `-o json` tells path, size and SHA-256.",
  "package add parameter":
    "Without `--name` it asks, where there is a terminal. Comments and layout of `params.yaml` stay. What would not verify is not written.",
  "package add task":
    "Without `--name` it asks, where there is a terminal. Comments and layout of `operator.yaml` stay. What would not verify is not written.",
  "package add plan":
    "`--step save/dump=cfg,dump --step save/ship=ship` makes one phase of two steps. Without `--name` it asks, where there is a terminal.",
  "package add maintainer": "Without both it asks, where there is a terminal.",
  "diagnostics collect":
    "A line for each file. What fails becomes `<item>.err`; at the end all failures are told, with exit code 1. Secrets are masked; logs, ConfigMaps and parameters are as they are. [kudo.md](../kudo.md#diagnostics) has the layout.",
  render:
    "What only a run knows is left out: owner references and the uid of the run. What a Delete task would delete goes to standard error.",
  health: `Exit ${EXIT.different} when an object is Degraded, 1 when a file cannot be read.`,
};

/** docs/reference/cli.md: every command with arguments, options and defaults. */
export function cliReference(): string {
  const io: CliIo = {
    out: () => {},
    err: () => {},
    env: {},
    readStdin: async () => "",
    stdinChunks: async function* () {},
    ask: async () => undefined,
    isTerminal: false,
    columns: () => 80,
    signal: new AbortController().signal,
  };
  const program = new Command("lockstep");
  for (const register of COMMANDS) register(program, io, () => {});
  const sections = leaves(program, []).map(({ name, command }) => section(name, command));
  return [INTRODUCTION, ...sections].join("\n");
}

interface Leaf {
  readonly name: string;
  readonly command: Command;
}

function leaves(command: Command, above: readonly string[]): readonly Leaf[] {
  return command.commands.flatMap((child) => {
    const path = [...above, child.name()];
    return child.commands.length > 0 ? leaves(child, path) : [{ name: path.join(" "), command: child }];
  });
}

function section(name: string, command: Command): string {
  const remark = REMARKS[name];
  const call = ["lockstep", name, ...command.registeredArguments.map(argumentText), "[options]"].join(" ");
  const rows = [
    ...command.registeredArguments.map((argument) => row(argumentText(argument), argument.description)),
    ...command.options.map((option) => row(option.flags, optionText(option))),
  ];
  return [
    `## lockstep ${name}`,
    "",
    `${sentence(command.description())}${remark ? ` ${remark}` : ""}`,
    "",
    "```",
    call,
    "```",
    "",
    "| argument or option | meaning |",
    "|---|---|",
    ...rows,
    "",
  ].join("\n");
}

function argumentText(argument: Argument): string {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${name}>` : `[${name}]`;
}

function optionText({ description, mandatory, defaultValue }: Option): string {
  const isTold = defaultValue === undefined || defaultValue === true;
  return `${description}${mandatory ? " (required)" : ""}${isTold ? "" : ` (default: \`${String(defaultValue)}\`)`}`;
}

function row(name: string, meaning: string): string {
  return `| \`${name}\` | ${meaning.replaceAll("|", "\\|")} |`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
