import * as z from "zod";
import { configSchema } from "../src/config/configSchema.ts";
import { FLAGS, flagName, VARIABLES } from "../src/config/overlays.ts";

const INTRODUCTION = `# Configuration

\`lockstep serve\` reads one YAML file, named by \`--config\` or \`LOCKSTEP_CONFIG\`; everything has a default, so no file is needed. The environment comes over the file, flags over both. Everything is checked once at the start: an unknown key, an unknown variable or a wrong value ends the command with all mistakes at once, those of the file with line and column.

Relative paths in the file start from its folder, those of variables and flags from the working directory; \`~/\` is the home directory.

\`\`\`yaml
cluster: { context: prod }
http: { host: 0.0.0.0, read: token, tokenFile: /etc/lockstep/token }
sources:
  - name: fleet
    url: https://git.example.com/fleet.git
    ref: main
    path: clusters/prod
    interval: 1m
    credentials: { tokenFile: /etc/lockstep/git-token }
\`\`\`

<!-- The table is generated from src/config/configSchema.ts by scripts/generateReference.ts; edit the descriptions there. -->

## Keys

| key | value | default | variable | flag | meaning |
|---|---|---|---|---|---|
`;

const CLOSING = `
## Rules over several keys

- \`interval\` and \`schedule\` exclude each other; \`timeZone\` belongs to \`schedule\`. The shortest interval is 100ms.
- \`http.read: token\` needs \`http.tokenFile\`.
- \`--repo\`, with \`--ref\`, \`--path\` and \`--interval\`, describes one source, named after the last part of the URL. It cannot stand beside \`sources\` of a file: leaving those out would look like everything in them had left Git.
- A variable that begins with \`LOCKSTEP_CLUSTER_\`, \`LOCKSTEP_HTTP_\` or \`LOCKSTEP_LOG_\` and is none of these is an error. The variables that Kubernetes makes for a Service named \`lockstep-…\` are not looked at.

## Other variables

| variable | meaning |
|---|---|
| \`LOCKSTEP_CONFIG\` | the file, when \`--config\` is not given |
| \`LOCKSTEP_SERVER\`, \`LOCKSTEP_TOKEN_FILE\` | for the commands that speak to the service |
| \`LOCKSTEP_DEBUG\` | any value: commands print the stack of an error that nobody expected |
| \`KUBECONFIG\`, \`HOME\`, \`XDG_CACHE_HOME\` | as usual |
| \`NO_COLOR\` | no colours |

## Where it looks again by itself

The API's token file, the credentials and certificates of sources, and the token and certificate files of a kubeconfig are read again when they change or are used. A changed configuration file needs a restart.
`;

interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** docs/reference/configuration.md: every key of the file with its variable and its flag. */
export function configurationReference(): string {
  const schema = z.toJSONSchema(configSchema, { io: "input" }) as JsonSchema;
  return `${INTRODUCTION}${rowsOf(schema, "").join("\n")}\n${CLOSING}`;
}

function rowsOf({ properties = {}, required = [] }: JsonSchema, above: string): readonly string[] {
  return Object.entries(properties).flatMap(([name, member]) => {
    const key = `${above}${name}`;
    if (member.properties) return rowsOf(member, `${key}.`);
    const own = row(key, member, required.includes(name));
    return member.items?.properties ? [own, ...rowsOf(member.items, `${key}[].`)] : [own];
  });
}

function row(key: string, schema: JsonSchema, isRequired: boolean): string {
  const cells = [
    `\`${key}\``,
    valueText(schema),
    isRequired ? "required" : defaultOf(schema),
    VARIABLES.filter(([path]) => path === key).map(([, variable]) => `\`${variable}\``),
    flagsOf(key, schema),
    schema.description ?? "",
  ];
  return `| ${cells.join(" | ")} |`;
}

function valueText(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(" or ");
  if (schema.type === "array") return "list";
  if (schema.type === "boolean") return "`true` or `false`";
  if (schema.type === "integer") return `${schema.minimum} to ${schema.maximum}`;
  return "text";
}

function defaultOf({ default: value }: JsonSchema): string {
  return value === undefined || Array.isArray(value) ? "" : `\`${String(value)}\``;
}

/** A flag that only switches off what is on by default is written as `--no-…`. */
function flagsOf(key: string, schema: JsonSchema): string {
  const own = FLAGS.filter(([path]) => path === key).map(([, flag]) =>
    flagName(flag, schema.default !== true),
  );
  const ofSource = ["ref", "path", "interval"].filter((name) => key === `sources[].${name}`);
  const repo = key === "sources[].url" ? ["repo"] : [];
  return [...own, ...ofSource, ...repo].map((flag) => `\`--${flag}\``).join(", ");
}
