import type { Files } from "./reconcileWorld.ts";

/** A package in few words. */
export interface SmallOperator {
  readonly name?: string;
  readonly version?: string;
  readonly parameters?: readonly Readonly<Record<string, unknown>>[];
  /** Templates by task: an Apply task. Any other kind is written out. */
  readonly tasks: Readonly<
    Record<
      string,
      readonly string[] | { readonly kind: string; readonly spec: Readonly<Record<string, unknown>> }
    >
  >;
  /** Serial steps of a plan, each with its tasks; a step is called by its place: `step-1`. */
  readonly plans: Readonly<Record<string, readonly (readonly string[])[]>>;
  readonly templates?: Readonly<Record<string, string>>;
}

/** Its files. JSON is YAML. */
export function operatorFiles(operator: SmallOperator): Files {
  const { name = "web", version = "1.0.0", parameters = [], tasks, plans, templates = {} } = operator;
  const operatorYaml = {
    apiVersion: "kudo.dev/v1beta1",
    name,
    operatorVersion: version,
    kubernetesVersion: "1.20.0",
    tasks: Object.entries(tasks).map(([task, made]) =>
      "kind" in made ? { name: task, ...made } : { name: task, kind: "Apply", spec: { resources: made } },
    ),
    plans: Object.fromEntries(
      Object.entries(plans).map(([plan, steps]) => [
        plan,
        {
          strategy: "serial",
          phases: [
            {
              name: "main",
              strategy: "serial",
              steps: steps.map((names, at) => ({ name: `step-${at + 1}`, tasks: names })),
            },
          ],
        },
      ]),
    ),
  };
  return {
    "operator.yaml": JSON.stringify(operatorYaml),
    "params.yaml": JSON.stringify({ apiVersion: "kudo.dev/v1beta1", parameters }),
    ...Object.fromEntries(Object.entries(templates).map(([file, text]) => [`templates/${file}`, text])),
  };
}

/** A ConfigMap with one value; both may be template text. */
export function configMapText(name: string, value = ""): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "${name}" }\ndata: { value: "${value}" }\n`;
}

/** A Job that is done at once. */
export function jobText(name: string): string {
  return `apiVersion: batch/v1
kind: Job
metadata: { name: "${name}" }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: job, image: job }] } } }
`;
}

/** A Deployment; its pods behave as the annotation says. */
export function deploymentText(name: string, replicas = "1", pods = ""): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: "${name}" }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: "${name}" } }
  template:
    metadata: { labels: { app: "${name}" }, annotations: { sandbox.lockstep.dev/pods: "${pods}" } }
    spec: { containers: [{ name: app, image: app }] }
`;
}
