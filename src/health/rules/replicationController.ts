import type { KubeObject } from "../../object/kubeObject.ts";
import type { Health } from "../health.ts";
import { judgeReplicaSet } from "./replicaSet.ts";

/** Judges a ReplicationController, the ReplicaSet's elder: it reports the same counters and the same refusal. */
export function judgeReplicationController(object: KubeObject): Health {
  return judgeReplicaSet(object);
}
