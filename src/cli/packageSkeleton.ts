import type { Maintainer } from "../package/operatorPackage.ts";
import { stringifyYaml } from "../yaml/stringifyYaml.ts";

/** What a new package says of itself. */
export interface SkeletonValues {
  readonly name: string;
  readonly operatorVersion: string;
  readonly appVersion?: string;
  readonly kubernetesVersion: string;
  readonly url?: string;
  readonly maintainers: readonly Maintainer[];
}

/**
 * The files of a package to begin with: a Deployment with its Service, parameters that show, and tests. It verifies,
 * its tests pass, and it runs.
 */
export function skeletonFiles(values: SkeletonValues): ReadonlyMap<string, string> {
  return new Map([
    ["operator.yaml", operatorText(values)],
    ["params.yaml", PARAMS],
    ["templates/service.yaml", SERVICE],
    ["templates/deployment.yaml", DEPLOYMENT],
    ["tests/deploy.yaml", TESTS],
  ]);
}

function operatorText({ name, operatorVersion, appVersion, ...rest }: SkeletonValues): string {
  const { kubernetesVersion, url, maintainers } = rest;
  const head = {
    apiVersion: "kudo.dev/v1beta1",
    name,
    operatorVersion,
    ...(appVersion && { appVersion }),
    kubernetesVersion,
    ...(url && { url }),
    ...(maintainers.length > 0 && { maintainers: maintainers.map((maintainer) => ({ ...maintainer })) }),
  };
  return `${stringifyYaml(head).replace(/^(operatorVersion|appVersion|kubernetesVersion): ([^"\n]*)$/gm, '$1: "$2"')}${BODY}`;
}

const BODY = `
# A task names templates. Their objects are applied together, and the step waits until all of them are healthy.
tasks:
  - name: service
    kind: Apply
    spec:
      resources:
        - service.yaml
  - name: app
    kind: Apply
    spec:
      resources:
        - deployment.yaml

# deploy runs for a new instance, and for every change that starts no other plan. serial means one after the other.
plans:
  deploy:
    strategy: serial
    phases:
      - name: main
        strategy: serial
        steps:
          - name: service
            tasks:
              - service
          - name: app
            tasks:
              - app
`;

const PARAMS = `apiVersion: kudo.dev/v1beta1

# Templates have them as .Params.NAME: plain ones as text, arrays and maps as data.
parameters:
  - name: REPLICAS
    displayName: Replicas
    description: How many pods there are.
    type: integer
    default: 2
  - name: IMAGE
    displayName: Image
    description: What the pods run.
    type: string
    default: "nginx:1.29"
  - name: PORT
    displayName: Port
    description: Where the image listens, and where the service is found.
    type: integer
    default: 80
`;

const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: {{ .Name }}
spec:
  selector:
    app: {{ .Name }}
  ports:
    - name: main
      port: {{ .Params.PORT }}
      targetPort: main
`;

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Name }}
spec:
  replicas: {{ .Params.REPLICAS }}
  selector:
    matchLabels:
      app: {{ .Name }}
  template:
    metadata:
      labels:
        app: {{ .Name }}
    spec:
      containers:
        - name: main
          image: {{ .Params.IMAGE }}
          ports:
            - name: main
              containerPort: {{ .Params.PORT }}
          readinessProbe:
            tcpSocket:
              port: main
`;

const TESTS = `# Run by: lockstep template test
tests:
  - name: two pods behind a service, unless told otherwise
    instance: web
    objects:
      - kind: Deployment
        name: web
        has: { spec: { replicas: 2 } }
      - kind: Service
        name: web
        has: { spec: { selector: { app: web } } }
  - name: as many pods as wanted, on another port
    instance: web
    parameters: { REPLICAS: 5, PORT: 8080 }
    objects:
      - kind: Deployment
        name: web
        at: { /spec/replicas: 5, /spec/template/spec/containers/0/ports/0/containerPort: 8080 }
      - kind: Service
        name: web
        at: { /spec/ports/0/port: 8080 }
`;
