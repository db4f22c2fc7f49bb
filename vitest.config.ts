import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "packages/**/*.test.{ts,tsx}",
      "apps/**/*.test.{ts,tsx}",
      "contracts/**/*.test.ts",
      "scripts/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/dist/**"],
    // A module is read once by all files that a worker runs, not anew by each: a quarter of the time went there.
    isolate: false,
    // By default one core is left idle, which is half of a small machine.
    maxWorkers: "100%",
    setupFiles: ["./scripts/testing/keep-logs.ts"],
    reporters: ["default", "./scripts/testing/what-ran.ts"],
    // Patience for a busy machine: a wait ends with what it waits for.
    expect: { poll: { timeout: 120_000 } },
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
