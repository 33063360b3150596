import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { registerPackage } from "../../../src/cli/commands/package.ts";
import { registerRender } from "../../../src/cli/commands/render.ts";
import { registerTemplate } from "../../../src/cli/commands/template.ts";
import { type CliRun, runLockstep } from "../runLockstep.ts";

/** A folder with files, and calls of the commands for authors in which the folder is named `DIR`. */
export interface Desk {
  readonly root: string;
  readonly write: (files: Readonly<Record<string, string>>) => Promise<void>;
  readonly run: (args: readonly string[], stdin?: string) => Promise<CliRun>;
  readonly remove: () => Promise<void>;
}

/** Makes a folder of its own for a suite. */
export async function makeDesk(): Promise<Desk> {
  const root = await mkdtemp(join(tmpdir(), "lockstep-desk-"));
  const clean = (text: string): string => text.replaceAll(root, "DIR");
  return {
    root,
    write: async (files) => {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(root, path)), { recursive: true });
        await writeFile(join(root, path), text);
      }
    },
    run: async (args, stdin) => {
      const inFolder = args.map((arg) => arg.replace(/^DIR(?=\/|$)/, root));
      const { code, out, err } = await runLockstep(
        inFolder,
        [registerTemplate, registerRender, registerPackage],
        stdin,
      );
      return { code, out: clean(out), err: clean(err) };
    },
    remove: () => rm(root, { recursive: true }),
  };
}

/** A package with a chain of templates, a loop over objects, and a mistake that only some parameters meet. */
export const PG: Readonly<Record<string, string>> = {
  "pg/operator.yaml": `name: pg
operatorVersion: "0.2.0"
appVersion: "12.4"
kubernetesVersion: "1.20"
tasks:
  - {name: config, kind: Apply, spec: {resources: [cm.yaml, many.yaml]}}
  - {name: metrics, kind: Toggle, spec: {parameter: METRICS, resources: [metrics.yaml]}}
plans:
  deploy:
    strategy: serial
    phases:
      - {name: main, strategy: serial, steps: [{name: config, tasks: [config]}, {name: extras, tasks: [metrics]}]}
`,
  "pg/params.yaml": `parameters:
  - {name: NODE_COUNT, type: integer, default: "2"}
  - {name: METRICS, type: boolean, default: false}
  - {name: LABELS, type: map, default: {}}
  - {name: PASSWORD, default: ""}
`,
  "pg/templates/cm.yaml": `{{- define "body" }}
  nodes: "{{ .Params.NODE_COUNT }}"
  {{- if .Params.PASSWORD }}
  port: "{{ atoi .Params.PASSWORD | int64 | trunc 3 }}"
  {{- end }}
{{- end -}}
# the settings
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Name }}"}
  {{- with .Params.LABELS }}
labels: {{ toJson . }}
  {{- end }}
data:
  {{- template "body" . }}
`,
  "pg/templates/many.yaml": `{{ range $i := until (int .Params.NODE_COUNT) }}
---
apiVersion: v1
kind: Service
metadata: {name: "{{ $.Name }}-{{ $i }}"}
spec: {ports: [{name: sql, port: 5432}, {name: other, port: {{ add 5433 $i }}}]}
{{ end }}
---
{{ dict "apiVersion" "v1" "kind" "Secret" "metadata" (dict "name" "printed") | toYaml }}
`,
  "pg/templates/metrics.yaml": `apiVersion: v1
kind: Service
metadata: {name: "{{ .Name }}-metrics"}
`,
};
