import type { JsonObject } from "../src/object/json.ts";
import type { KubeObject } from "../src/object/kubeObject.ts";
import { stringifyYaml } from "../src/yaml/stringifyYaml.ts";

/** Objects of one application: a Deployment without pods, so that only the API server and one controller work. */
export const OBJECTS_PER_INSTANCE = 4;

/** The objects of one application, in the order in which they are applied. */
export function applicationObjects(name: string, namespace: string): readonly KubeObject[] {
  const labels = { app: name };
  const metadata = { name, namespace, labels };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { selector: labels, ports: [{ name: "http", port: 80, targetPort: "http" }] },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: name,
            containers: [
              {
                name: "web",
                image: "registry.example.com/web:1.0",
                ports: [{ name: "http", containerPort: 8080 }],
                env: [{ name: "GREETING", value: "hello" }],
                resources: { requests: { cpu: "10m", memory: "16Mi" } },
              },
            ],
          },
        },
      },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata,
      spec: {
        rules: [
          {
            host: `${name}.example.com`,
            http: {
              paths: [
                {
                  path: "/",
                  pathType: "Prefix",
                  backend: { service: { name, port: { name: "http" } } },
                },
              ],
            },
          },
        ],
      },
    },
  ];
}

/** A package with one step that applies the same objects, as files by path. */
export function packageFiles(): ReadonlyMap<string, string> {
  const objects = applicationObjects("{{ .Name }}", "{{ .Namespace }}").map(withoutNamespace);
  const file = (object: KubeObject): string => `${object.kind.toLowerCase()}.yaml`;
  const operator = {
    apiVersion: "kudo.dev/v1beta1",
    kind: "Operator",
    name: "web",
    operatorVersion: "0.1.0",
    tasks: [{ name: "all", kind: "Apply", spec: { resources: objects.map(file) } }],
    plans: {
      deploy: {
        strategy: "serial",
        phases: [{ name: "main", strategy: "serial", steps: [{ name: "everything", tasks: ["all"] }] }],
      },
    },
  };
  const parameters = { apiVersion: "kudo.dev/v1beta1", parameters: [{ name: "GREETING", default: "hello" }] };
  return new Map([
    ["operators/web/operator.yaml", stringifyYaml(operator)],
    ["operators/web/params.yaml", stringifyYaml(parameters)],
    ...objects.map(
      (object) =>
        [
          `operators/web/templates/${file(object)}`,
          stringifyYaml(object as unknown as JsonObject).replace(
            "value: hello",
            'value: "{{ .Params.GREETING }}"',
          ),
        ] as const,
    ),
  ]);
}

/** The file of one instance. */
export function instanceFile(name: string, namespace: string): string {
  return stringifyYaml({
    apiVersion: "kudo.dev/v1beta1",
    kind: "Instance",
    metadata: { name, namespace },
    spec: { operatorVersion: { name: "web-0.1.0" }, parameters: { GREETING: `hello from ${name}` } },
  });
}

/** Names that sort as they count. */
export function instanceName(index: number): string {
  return `web-${String(index).padStart(4, "0")}`;
}

/** As a template has it: the namespace is given by the instance. */
function withoutNamespace({ metadata, ...rest }: KubeObject): KubeObject {
  const { namespace: _, ...kept } = metadata;
  return { ...rest, metadata: kept } as KubeObject;
}
