/**
 * Annotation of a pod (so: of a pod template) that makes it fail the way its value names, instead of becoming ready:
 * `CrashLoopBackOff`, `ImagePullBackOff`, `Failed`, or `Hang` for one that stays Pending.
 */
export const POD_TROUBLE = "test.lockstep.dev/trouble";

const KEY = `.metadata.annotations["${POD_TROUBLE}"]`;

/** Makes kwok's own stage of ready pods leave those alone that are to fail. */
export function sparePodsInTrouble(stage: string): string {
  if (!stage.includes("name: pod-ready")) return stage;
  return stage.replace(
    /^( *)matchExpressions:\n/m,
    (line, indent: string) => `${line}${indent}- key: '${KEY}'\n${indent}  operator: 'DoesNotExist'\n`,
  );
}

/** Stage documents of kwok for pods that wait in trouble, and for those that end with a failure. */
export function podTroubleStages(): string {
  return [
    waiting("CrashLoopBackOff", "back-off 5m0s restarting failed container", 4),
    waiting("ImagePullBackOff", "Back-off pulling image", 0),
    failed(),
  ].join("\n---\n");
}

function stage(name: string, value: string, template: string): string {
  return `apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata:
  name: pod-${name}
spec:
  resourceRef: { apiGroup: v1, kind: Pod }
  selector:
    matchExpressions:
    - { key: '${KEY}', operator: In, values: ['${value}'] }
    - { key: '.metadata.deletionTimestamp', operator: DoesNotExist }
    - { key: '.status.phase', operator: In, values: ['Pending'] }
    - { key: '.status.containerStatuses', operator: DoesNotExist }
  next:
    statusTemplate: |
${template.replace(/^/gm, "      ")}
`;
}

function waiting(reason: string, message: string, restarts: number): string {
  return stage(
    reason.toLowerCase(),
    reason,
    `{{ $now := Now }}
phase: Pending
startTime: {{ $now | Quote }}
conditions:
- { type: PodScheduled, status: "True", lastTransitionTime: {{ $now | Quote }} }
- { type: Initialized, status: "True", lastTransitionTime: {{ $now | Quote }} }
- { type: Ready, status: "False", reason: ContainersNotReady, lastTransitionTime: {{ $now | Quote }} }
- { type: ContainersReady, status: "False", reason: ContainersNotReady, lastTransitionTime: {{ $now | Quote }} }
containerStatuses:
{{ range .spec.containers }}
- image: {{ .image | Quote }}
  imageID: ""
  name: {{ .name | Quote }}
  ready: false
  started: false
  restartCount: ${restarts}
  state:
    waiting: { reason: ${reason}, message: ${JSON.stringify(message)} }
{{ end }}`,
  );
}

function failed(): string {
  return stage(
    "failed",
    "Failed",
    `{{ $now := Now }}
phase: Failed
startTime: {{ $now | Quote }}
containerStatuses:
{{ range .spec.containers }}
- image: {{ .image | Quote }}
  imageID: ""
  name: {{ .name | Quote }}
  ready: false
  started: false
  restartCount: 0
  state:
    terminated: { exitCode: 1, reason: Error, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }} }
{{ end }}`,
  );
}
