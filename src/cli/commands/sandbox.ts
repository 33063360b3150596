import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { messageOf } from "../../base/errors.ts";
import { CliError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { parsePort } from "../parsePort.ts";
import type { Register } from "../program.ts";

interface SandboxOptions {
  readonly port: string;
  readonly kubeconfig?: string;
}

/** `lockstep sandbox`: the embedded cluster alone, for kubectl and other clients. */
export const registerSandbox: Register = (program, io) => {
  program
    .command("sandbox")
    .description("the embedded cluster alone; writes a kubeconfig for kubectl and other clients")
    .option("--port <number>", "where to listen; 0: any free port", "0")
    .option(
      "--kubeconfig <file>",
      "where to write the kubeconfig (default: a file in the system's temporary folder)",
    )
    .action((options: SandboxOptions) => sandbox(options, io));
};

async function sandbox(options: SandboxOptions, io: CliIo): Promise<void> {
  const port = parsePort(options.port);
  const kubeconfigPath = resolve(
    options.kubeconfig ?? join(tmpdir(), `lockstep-sandbox-${process.pid}.kubeconfig`),
  );
  const { startSandbox } = await import("../../sandbox/startSandbox.ts"); // 16 MB that no other command needs
  const cluster = await startSandbox({ port, kubeconfigPath }, io.signal).catch((error: unknown) => {
    const inUse = (error as { code?: unknown }).code === "EADDRINUSE";
    throw new CliError(inUse ? `port ${port} is in use by another program` : messageOf(error), {
      cause: error,
      ...(inUse && { hint: "choose another with --port, or 0 for any free one" }),
    });
  });
  io.out(
    `The embedded cluster listens at ${cluster.url}. Objects live as long as it runs; Ctrl-C ends it.\n\n  export KUBECONFIG=${kubeconfigPath}\n  kubectl get namespaces\n`,
  );
  if (!io.signal.aborted) {
    await new Promise<void>((resolve) =>
      io.signal.addEventListener("abort", () => resolve(), { once: true }),
    );
  }
  await cluster.stop();
}
