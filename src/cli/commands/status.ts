import { asList, asObject, type JsonObject, valueAt } from "../../object/json.ts";
import { type ApiOptions, apiClient } from "../apiClient.ts";
import { withOutput, withServer } from "../instanceArgument.ts";
import { type Palette, paintStatus, paletteFor, parseFormat, print, table } from "../output.ts";
import type { Register } from "../program.ts";
import { textOf as text } from "../textOf.ts";

interface StatusOptions extends ApiOptions {
  readonly output: string;
  readonly namespace?: string;
}

/** `lockstep status`: the whole picture as the service has it. */
export const registerStatus: Register = (program, io) => {
  withOutput(
    withServer(
      program
        .command("status")
        .description("what the service sees: sources, instances, plans, health, drift"),
    ),
  )
    .option("-n, --namespace <namespace>", "only instances of this namespace")
    .action(async (options: StatusOptions) => {
      const format = parseFormat(options.output);
      const query = options.namespace ? `?namespace=${encodeURIComponent(options.namespace)}` : "";
      const status = await apiClient(options, io).get(`/status${query}`);
      print(io, format, status, () => statusText(status, paletteFor(io)));
    });
};

/** Tables of sources and instances, then every issue with its place. */
function statusText(status: JsonObject, palette: Palette): string {
  const paint = paintStatus(palette);
  const sources = asList(status.sources).map(asObject);
  const instances = asList(status.instances).map(asObject);
  const sections = [
    sources.length === 0
      ? "No sources. Name one with `lockstep serve --repo URL`.\n"
      : table(
          ["SOURCE", "STATE", "REVISION", "APPLIED", "ISSUES", "MESSAGE"],
          sources.map((source) => [
            text(source.name),
            paint(text(source.state), text(source.state)),
            short(source.revision),
            short(source.appliedRevision),
            String(asList(source.issues).length),
            text(source.message),
          ]),
        ),
    instances.length === 0
      ? "No instances.\n"
      : table(
          ["NAMESPACE", "INSTANCE", "OPERATOR", "PLAN", "STATUS", "HEALTH", "DRIFT", "MESSAGE"],
          instances.map((instance) => instanceRow(instance, paint)),
        ),
  ];
  const issues = sources.flatMap((source) => asList(source.issues).map(asObject)).map(issueLine);
  return [...sections, ...(issues.length > 0 ? [`${issues.join("\n")}\n`] : [])].join("\n");
}

function instanceRow(
  instance: JsonObject,
  paint: (text: string, status: string) => string,
): readonly string[] {
  const plan = asObject(instance.plan);
  const drift = text(valueAt(instance, "drift", "state"));
  const painted = (value: string): string => paint(value || "-", value);
  return [
    text(instance.namespace),
    text(instance.name),
    [text(instance.operator), text(instance.operatorVersion)].filter(Boolean).join(" "),
    text(plan.name) || "-",
    instance.suspended === true ? "suspended" : painted(text(plan.status)),
    painted(text(instance.health)),
    painted(drift),
    firstLine(text(instance.message) || text(plan.message)),
  ];
}

function issueLine(issue: JsonObject): string {
  const place = [issue.file, issue.line, issue.column]
    .filter((part) => part !== undefined && part !== null)
    .join(":");
  const hint = text(issue.hint) && `\n  hint: ${text(issue.hint)}`;
  return `${text(issue.severity)}: ${place ? `${place}: ` : ""}${text(issue.message)}${hint}`;
}

function firstLine(message: string): string {
  const [line = ""] = message.split("\n");
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}

function short(revision: unknown): string {
  const value = text(revision);
  return /^[0-9a-f]{40}/.test(value) ? value.slice(0, 8) : value.slice(0, 20) || "-";
}
