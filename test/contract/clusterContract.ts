import { describe } from "vitest";
import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import { applyContract } from "./applyContract.ts";
import { controllerContract } from "./controllerContract.ts";
import { customResourceContract } from "./customResourceContract.ts";
import { deletionContract } from "./deletionContract.ts";
import { execContract } from "./execContract.ts";
import { logContract } from "./logContract.ts";
import { objectContract } from "./objectContract.ts";
import { watchContract } from "./watchContract.ts";

/**
 * The behaviour of a Kubernetes API server that we rely on. It runs against the real one, which is right by
 * definition, and against the embedded cluster, which must not be told apart.
 */
export function contractSuite(connect: () => Promise<ClusterClient>): void {
  describe("objects", () => objectContract(connect));
  describe("apply", () => applyContract(connect));
  describe("deletion", () => deletionContract(connect));
  describe("watch", () => watchContract(connect));
  describe("custom resources", () => customResourceContract(connect));
  describe("exec", () => execContract(connect));
  describe("log", () => logContract(connect));
  describe("controllers", () => controllerContract(connect));
}
