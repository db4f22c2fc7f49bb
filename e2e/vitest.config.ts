import { defineConfig } from "vitest/config";

/** Whole jobs share two cores with real training: one file at a time. */
export default defineConfig({
  test: {
    dir: "e2e",
    include: ["**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 300_000,
  },
});
