import { expect, test } from "vitest";
import type { Issue } from "../../src/base/issue.ts";
import { verifyApiVersions } from "../../src/package/verifyApiVersions.ts";
import { PARAMETER_CHECKS, type ParameterCheck, verifyTexts } from "../../src/package/verifyTexts.ts";
import { loadGood } from "./smallPackage.ts";

const place = ({ line, column, message }: Issue): string => `${line}:${column} ${message}`;

test.each([
  { name: "26: no displayName", check: "display", yaml: "", says: 'parameter "P" has no displayName' },
  {
    name: "26: a colon at the end",
    check: "display",
    yaml: "displayName: 'Nodes:'",
    says: 'the displayName of parameter "P" ends with a colon',
  },
  {
    name: "26: a small letter",
    check: "display",
    yaml: "displayName: nodes",
    says: 'the displayName of parameter "P" begins with a lower-case letter',
  },
  { name: "26: a letter that has no case", check: "display", yaml: "displayName: 節点", says: undefined },
  { name: "27: no hint", check: "hint", yaml: "", says: 'parameter "P" has no hint' },
  {
    name: "27: no full stop",
    check: "hint",
    yaml: "hint: How many",
    says: 'the hint of parameter "P" does not end with a full stop',
  },
  { name: "27: a full stop", check: "hint", yaml: "hint: How many.", says: undefined },
  { name: "28: no description", check: "desc", yaml: "", says: 'parameter "P" has no description' },
  {
    name: "28: no end",
    check: "desc",
    yaml: "description: How many",
    says: 'the description of parameter "P" does not end with one of . ! ? )',
  },
  {
    name: "28: a small letter",
    check: "desc",
    yaml: "description: how many.",
    says: 'the description of parameter "P" begins with a lower-case letter',
  },
  { name: "28: in brackets", check: "desc", yaml: "description: How many (odd)", says: undefined },
  { name: "29: no type", check: "type", yaml: "", says: 'parameter "P" has no type' },
  { name: "29: a type", check: "type", yaml: "type: integer", says: undefined },
  { name: "30: no group", check: "hasgroup", yaml: "", says: 'parameter "P" has no group' },
] as const)("$name", async ({ check, yaml, says }) => {
  const loaded = await loadGood({ "params.yaml": `parameters:\n  - name: P\n    ${yaml}\n` });
  const found = verifyTexts(loaded, new Set<ParameterCheck>([check]));
  expect(found.map(({ message }) => message)).toEqual(says === undefined ? [] : [says]);
});

test("31: what people read of a group", async () => {
  const loaded = await loadGood({
    "params.yaml":
      'groups:\n  - name: net\n    displayName: "net:"\n    description: Ports.\n  - name: disk\n',
  });
  expect(verifyTexts(loaded, new Set(["groups"])).map(place)).toEqual([
    '3:18 the displayName of group "net" ends with a colon',
    '5:5 group "disk" has no displayName',
    '5:5 group "disk" has no description',
  ]);
});

test("a parameter that says everything passes every check", async () => {
  const loaded = await loadGood({
    "params.yaml":
      "groups: [{name: net, displayName: Net, description: Ports.}]\nparameters:\n  - {name: P, displayName: Nodes, hint: How many., description: How many., type: integer, group: net}\n",
  });
  expect(verifyTexts(loaded, new Set(PARAMETER_CHECKS))).toEqual([]);
});

const OLD = `{{ if eq .Params.REPLICAS "3" }}
kind: PodDisruptionBudget
apiVersion: "policy/v1beta1" # old
{{ else }}
apiVersion: policy/v1
kind: PodDisruptionBudget
{{ end }}
---
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
---
apiVersion: v1
kind: Endpoints
---
apiVersion: v1
kind: ConfigMap
data:
  inner: |
    apiVersion: extensions/v1beta1
    kind: Deployment
---
apiVersion: {{ .Params.VERSION }}
kind: Ingress
`;

test.each([
  {
    kubeVersion: "1.36",
    says: [
      "3:14 policy/v1beta1 PodDisruptionBudget was removed in Kubernetes 1.25; it is upgraded to policy/v1 when it is applied",
      "9:13 policy/v1beta1 PodSecurityPolicy was removed in Kubernetes 1.25; nothing took its place, and a plan that applies it fails",
      "12:13 v1 Endpoints is deprecated since Kubernetes 1.33",
    ],
  },
  {
    kubeVersion: "v1.22.3",
    says: [
      "3:14 policy/v1beta1 PodDisruptionBudget is deprecated since Kubernetes 1.21 and goes in 1.25",
      "9:13 policy/v1beta1 PodSecurityPolicy is deprecated since Kubernetes 1.21 and goes in 1.25",
    ],
  },
  { kubeVersion: "1.20", says: [] },
])("versions that Kubernetes $kubeVersion lacks or deprecates", async ({ kubeVersion, says }) => {
  const loaded = await loadGood({ "templates/app.yaml": OLD });
  expect(verifyApiVersions(loaded, kubeVersion).map(place)).toEqual(says);
});
