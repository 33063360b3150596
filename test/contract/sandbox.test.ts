import { afterAll } from "vitest";
import { createClusterClient } from "../../src/cluster/createClusterClient.ts";
import { createTransport, type Transport } from "../../src/cluster/transport.ts";
import { startSandbox } from "../../src/sandbox/startSandbox.ts";
import { localCommands } from "../sandbox/localCommands.ts";
import { contractSuite } from "./clusterContract.ts";

const stopping = new AbortController();
const sandbox = startSandbox({ podExec: localCommands }, stopping.signal);
const transports: Transport[] = [];

afterAll(async () => {
  for (const transport of transports) await transport.close();
  await (await sandbox).stop();
});

contractSuite(async () => {
  const { url, tokens } = await sandbox;
  const transport = createTransport({
    access: {
      server: url,
      origin: "the embedded cluster",
      namespace: "default",
      insecureSkipTlsVerify: false,
      authentication: { kind: "token", token: tokens.admin },
      impersonation: {},
    },
  });
  transports.push(transport);
  return createClusterClient(transport);
});
