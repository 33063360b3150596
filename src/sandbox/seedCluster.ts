import type { ControllerClient } from "./controllers/controllerClient.ts";

/** Name of the one node. */
const NODE_NAME = "sandbox-node";

/** Makes what every cluster has from its first second: namespaces, the node, the service of the API. */
export function seedCluster(client: ControllerClient): void {
  const server = client.as("kube-apiserver");
  for (const name of ["default", "kube-node-lease", "kube-public", "kube-system"]) {
    server.create("/namespaces", "", { metadata: { name } });
  }
  const capacity = { cpu: "32", memory: "256Gi", pods: "1000", "ephemeral-storage": "1Ti" };
  const time = client.time();
  client.as("kubelet").create("/nodes", "", {
    metadata: {
      name: NODE_NAME,
      labels: {
        "kubernetes.io/hostname": NODE_NAME,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
      },
    },
    status: {
      capacity,
      allocatable: capacity,
      addresses: [
        { type: "InternalIP", address: "10.0.0.2" },
        { type: "Hostname", address: NODE_NAME },
      ],
      conditions: [
        {
          type: "Ready",
          status: "True",
          reason: "KubeletReady",
          message: "kubelet is posting ready status",
          lastHeartbeatTime: time,
          lastTransitionTime: time,
        },
      ],
      nodeInfo: {
        kubeletVersion: "v1.36.3",
        osImage: "Lockstep sandbox",
        operatingSystem: "linux",
        architecture: "amd64",
        kernelVersion: "",
        containerRuntimeVersion: "sandbox://1",
        machineID: "",
        systemUUID: "",
        bootID: "",
        kubeProxyVersion: "",
      },
    },
  });
  server.create("/services", "default", {
    metadata: { name: "kubernetes", labels: { component: "apiserver", provider: "kubernetes" } },
    spec: {
      type: "ClusterIP",
      clusterIP: "10.96.0.1",
      ports: [{ name: "https", port: 443, targetPort: 6443, protocol: "TCP" }],
    },
  });
}
