import { stringifyYaml } from "../../yaml/stringifyYaml.ts";

/** What a client needs to reach a sandbox. */
export interface Access {
  /** `https://…` */
  readonly server: string;
  readonly token: string;
  /** PEM. */
  readonly certificate: string;
}

/** A kubeconfig with one cluster, one user and one context, all named `sandbox`. */
export function kubeconfigText({ server, token, certificate }: Access): string {
  const authority = Buffer.from(certificate).toString("base64");
  return stringifyYaml({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "sandbox",
    clusters: [{ name: "sandbox", cluster: { server, "certificate-authority-data": authority } }],
    contexts: [{ name: "sandbox", context: { cluster: "sandbox", user: "sandbox" } }],
    users: [{ name: "sandbox", user: { token } }],
  });
}
