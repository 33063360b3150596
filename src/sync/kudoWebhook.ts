import { AppError } from "../base/errors.ts";
import type { ClusterClient } from "../cluster/clusterClient.ts";
import { isClusterError } from "../cluster/clusterError.ts";

/** KUDO's manager registers itself under this name; in 0.19 as a mutating one. */
const NAME = "kudo-manager-instance-admission-webhook-config";
const KINDS = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"] as const;

/** KUDO's admission webhook is still registered: without its manager it refuses every write of an Instance. */
export class KudoWebhookError extends AppError {
  readonly code = "sync.kudoWebhook";
  readonly retryable = true;
}

/**
 * Makes sure that no webhook of KUDO stands between Lockstep and the Instances.
 *
 * @param onUnknown  takes the reason when we may not look; the service goes on then
 * @throws KudoWebhookError with the command that removes it; ClusterError
 */
export async function refuseKudoWebhook(
  client: Pick<ClusterClient, "get">,
  onUnknown: (reason: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const kind of KINDS) {
    const ref = { apiVersion: "admissionregistration.k8s.io/v1", kind, name: NAME };
    try {
      if (!(await client.get(ref, { signal }))) continue;
    } catch (error) {
      if (!isClusterError(error, "forbidden", "unknownKind")) throw error;
      onUnknown(error.message);
      continue;
    }
    const command = `kubectl delete ${kind.toLowerCase()} ${NAME}`;
    throw new KudoWebhookError(
      `${kind} ${NAME} of KUDO is still there, and refuses every change of an Instance once KUDO's manager is gone; stop the manager, then run: ${command}`,
    );
  }
}
