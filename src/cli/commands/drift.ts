import { asList, asObject, type JsonObject, valueAt } from "../../object/json.ts";
import type { InstanceKey } from "../../object/ownership.ts";
import { type ApiClient, type ApiOptions, apiClient, instancePath } from "../apiClient.ts";
import { EXIT } from "../cliIo.ts";
import { parseInstance, withOutput, withServer } from "../instanceArgument.ts";
import { parseFormat, print, table } from "../output.ts";
import type { Register } from "../program.ts";
import { textOf as text } from "../textOf.ts";

interface DriftOptions extends ApiOptions {
  readonly output: string;
  readonly namespace?: string;
}

/** `lockstep drift [INSTANCE]`: what is not as Git says, and who changed it; exit 3 when something is. */
export const registerDrift: Register = (program, io, end) => {
  withOutput(
    withServer(
      program
        .command("drift")
        .description("what is not as Git says, and who changed it (exit 3 when something is)"),
    ),
  )
    .argument("[instance]", "NAMESPACE/NAME; all instances when left out")
    .option(
      "-n, --namespace <namespace>",
      "namespace of the instance; without an instance only those of this namespace",
    )
    .action(async (argument: string | undefined, options: DriftOptions) => {
      const format = parseFormat(options.output);
      const api = apiClient(options, io);
      const keys =
        argument === undefined
          ? await driftedInstances(api, options.namespace)
          : [parseInstance(argument, options.namespace)];
      const reports: JsonObject[] = [];
      for (const { namespace, name } of keys) {
        reports.push({ namespace, name, ...(await api.get(`${instancePath(namespace, name)}/drift`)) });
      }
      print(io, format, argument === undefined ? reports : (reports[0] ?? {}), () => driftText(reports));
      if (reports.some((report) => report.state === "Drifted")) end(EXIT.different);
    });
};

async function driftedInstances(
  api: ApiClient,
  namespace: string | undefined,
): Promise<readonly InstanceKey[]> {
  const query = namespace ? `?namespace=${encodeURIComponent(namespace)}` : "";
  const { instances } = await api.get(`/status${query}`);
  return asList(instances)
    .map(asObject)
    .filter((instance) => valueAt(instance, "drift", "state") === "Drifted")
    .map((instance) => ({ namespace: text(instance.namespace), name: text(instance.name) }));
}

function driftText(reports: readonly JsonObject[]): string {
  const rows = reports.flatMap((report) =>
    asList(report.objects)
      .map(asObject)
      .flatMap((object) => {
        const subject = [text(object.kind), text(object.namespace), text(object.name)]
          .filter(Boolean)
          .join("/");
        const instance = `${text(report.namespace)}/${text(report.name)}`;
        if (object.change === "missing")
          return [[instance, subject, "(missing)", "", "", "unknown", text(object.seenAt)]];
        return asList(object.fields)
          .map(asObject)
          .map((field) => [
            instance,
            subject,
            text(field.pointer),
            value(field.desired),
            value(field.live),
            text(field.manager) || "unknown",
            text(field.seenAt),
          ]);
      }),
  );
  if (rows.length === 0) return "Nothing drifted.\n";
  return table(["INSTANCE", "OBJECT", "FIELD", "DESIRED", "LIVE", "MANAGER", "SEEN"], rows);
}

function value(field: unknown): string {
  const isMasked = typeof field === "string" && field.startsWith("•••");
  const json = field === undefined ? "(absent)" : isMasked ? field : JSON.stringify(field);
  return json.length > 40 ? `${json.slice(0, 39)}…` : json;
}
