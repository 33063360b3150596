/** Containers in which a command can be run; the others have none. */
const CONTAINERS = ["waiter", "shell"];

/** Document of kwok that runs the commands of `pods/exec` on this machine, as who runs the tests. */
export function podCommands(): string {
  return `apiVersion: kwok.x-k8s.io/v1alpha1
kind: ClusterExec
metadata:
  name: commands
spec:
  execs:
  - containers: ${JSON.stringify(CONTAINERS)}
    local: {}
`;
}
