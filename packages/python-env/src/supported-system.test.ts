import { expect, test } from "vitest";
import { assertSupportedSystem } from "./supported-system.ts";

test("macOS before 14 is refused in words, before anything is downloaded", () => {
  expect(() => assertSupportedSystem("darwin", "22.6.0")).toThrow(/macOS 14/);
  for (const [platform, release] of [
    ["darwin", "23.0.0"],
    ["linux", "5.4.0"],
    ["win32", "10.0.19045"],
  ] as const)
    expect(() => assertSupportedSystem(platform, release)).not.toThrow();
});
