import { afterAll } from "vitest";
import { createClusterClient } from "../../src/cluster/createClusterClient.ts";
import { createTransport, type Transport } from "../../src/cluster/transport.ts";
import { startSandbox } from "../../src/sandbox/startSandbox.ts";
import { syncContract } from "./syncContract.ts";

const stopping = new AbortController();
const sandbox = startSandbox({}, stopping.signal);
let transport: Transport | undefined;

afterAll(async () => {
  await transport?.close();
  await (await sandbox).stop();
});

syncContract(async () => {
  const { url, tokens } = await sandbox;
  transport = createTransport({
    access: {
      server: url,
      origin: "the embedded cluster",
      namespace: "default",
      insecureSkipTlsVerify: false,
      authentication: { kind: "token", token: tokens.admin },
      impersonation: {},
    },
  });
  return createClusterClient(transport);
});
