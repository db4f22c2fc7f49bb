import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** A job waits for blocks and processes more than it computes: two files at a time share two cores. */
export default defineConfig({
  test: {
    dir: "e2e",
    include: ["**/*.test.ts"],
    maxWorkers: 2,
    setupFiles: [fromHere("../scripts/testing/keep-logs.ts")],
    reporters: ["default", fromHere("../scripts/testing/what-ran.ts")],
    expect: { poll: { timeout: 300_000 } },
    testTimeout: 600_000,
    hookTimeout: 900_000,
  },
});
