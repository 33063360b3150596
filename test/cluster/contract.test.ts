import { afterAll } from "vitest";
import { contractSuite } from "../contract/clusterContract.ts";
import { connectTestCluster } from "./testCluster.ts";

const opened: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of opened) await close();
});

contractSuite(async () => {
  const { client, close } = connectTestCluster();
  opened.push(close);
  return client;
});
