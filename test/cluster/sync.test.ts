import { afterAll } from "vitest";
import { syncContract } from "../sync/syncContract.ts";
import { connectTestCluster } from "./testCluster.ts";

const { client, close } = connectTestCluster();
afterAll(close);

syncContract(async () => client);
