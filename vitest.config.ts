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
    // By default one core is left idle, which is half of a small machine.
    maxWorkers: "100%",
    setupFiles: ["./scripts/testing/keep-logs.ts"],
    reporters: ["default", "./scripts/testing/file-durations.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
