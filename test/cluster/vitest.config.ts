import { join } from "node:path";
import { defineConfig } from "vitest/config";

const root = join(import.meta.dirname, "../..");
const patience = { testTimeout: 60_000, hookTimeout: 60_000 };

/**
 * Most files share one cluster, on which nothing of ours runs but what a file starts itself.
 * Those in `service` share another, on which one `lockstep serve` works.
 * In both, each file works in namespaces of its own.
 */
export default defineConfig({
  test: {
    root,
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "cluster",
          root,
          include: ["test/cluster/**/*.test.ts"],
          exclude: ["test/cluster/service/**"],
          ...patience,
        },
      },
      {
        test: {
          name: "service",
          root,
          include: ["test/cluster/service/**/*.test.ts"],
          globalSetup: [join(import.meta.dirname, "service/setup.ts")],
          ...patience,
        },
      },
    ],
  },
});
