import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/cluster/**"],
    // Modules keep no state of their own (style: no mutable module state), so files may share a worker; it saves half the time.
    isolate: false,
    // By itself vitest leaves a core to its own process, which needs little; and half of a worker's time is waiting.
    maxWorkers: Math.max(3, availableParallelism()),
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
