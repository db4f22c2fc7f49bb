import { afterEach, expect, it, vi } from "vitest";
import { escrowVersionToDeploy } from "./env.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

it("the escrow's second version is deployed, unless the first is asked for; what is none is refused", () => {
  vi.stubEnv("TRAINCHAIN_ESCROW_VERSION", undefined);
  expect(escrowVersionToDeploy()).toBe("2");
  vi.stubEnv("TRAINCHAIN_ESCROW_VERSION", "1");
  expect(escrowVersionToDeploy()).toBe("1");
  vi.stubEnv("TRAINCHAIN_ESCROW_VERSION", "3");
  expect(escrowVersionToDeploy).toThrow('TRAINCHAIN_ESCROW_VERSION is "3": expected 1 or 2');
});
