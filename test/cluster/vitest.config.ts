import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** One cluster for all files; each works in namespaces of its own. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, "../.."),
    include: ["test/cluster/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
