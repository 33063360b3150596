import { formatIssue, type Issue } from "../../src/base/issue.ts";
import type { LoadedPackage } from "../../src/package/loadedPackage.ts";
import { loadPackage } from "../../src/package/loadPackage.ts";
import { memoryTree } from "../source/memoryTree.ts";

/** A package without a mistake, to which tests make one. */
export const OPERATOR = `apiVersion: kudo.dev/v1beta1
name: demo
operatorVersion: "0.1.0"
kubernetesVersion: "1.20.0"
tasks:
  - name: app
    kind: Apply
    spec:
      resources: [app.yaml]
plans:
  deploy:
    strategy: serial
    phases:
      - name: main
        strategy: serial
        steps:
          - name: app
            tasks: [app]
`;
export const PARAMS = `apiVersion: kudo.dev/v1beta1
parameters:
  - name: REPLICAS
    type: integer
    default: 3
`;
export const APP = `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Name }}
data:
  replicas: "{{ .Params.REPLICAS }}"
`;

export type Files = Readonly<Record<string, string>>;

/** The small package with some files replaced or added; the folder is `operators/demo`. */
export function packageTree(files: Files = {}, symlinks: readonly string[] = []) {
  const all = { "operator.yaml": OPERATOR, "params.yaml": PARAMS, "templates/app.yaml": APP, ...files };
  const inFolder = Object.entries(all).map(([path, text]) => [`operators/demo/${path}`, text]);
  return memoryTree(Object.fromEntries(inFolder) as Files, symlinks);
}

/** Loads the small package with changes. */
export function load(files: Files = {}, symlinks: readonly string[] = []) {
  return loadPackage(packageTree(files, symlinks), "operators/demo");
}

/** The loaded package of files that load without an issue. */
export async function loadGood(files: Files = {}): Promise<LoadedPackage> {
  const { loaded, issues } = await load(files);
  if (!loaded || issues.length > 0) throw new Error(issues.map(formatIssue).join("\n"));
  return loaded;
}

/** `severity file:line:column code`, short enough for a table. */
export function short({ severity, file, line, column, code }: Issue): string {
  const place = [file?.replace("operators/demo/", ""), line, column].filter((part) => part !== undefined);
  return `${severity} ${place.join(":")} ${code}`;
}
